// Speaks with the program behind this page. Reading is a verb with --json, doing is a verb too:
// both say which command they were, and the journal shows it.

import { note } from "./journal.js";

const POST = { "Content-Type": "application/json", "X-Toehold": "page" };

/** A refusal of the program: its message says what happened and what to do. */
export class Refusal extends Error {}

async function ask(path, options) {
	let response, answer;
	try {
		response = await fetch(path, { ...options, credentials: "same-origin", cache: "no-store" });
	} catch {
		throw new Refusal("The program behind this page has ended. Start it again: toehold page");
	}
	try {
		answer = await response.json();
	} catch {
		throw new Refusal(`The program answered with status ${response.status} and no text.`);
	}
	if (!response.ok) throw new Refusal(answer.error);
	return answer;
}

/** Only what was given: the program refuses an option without a value. */
function given(options) {
	return Object.fromEntries(
		Object.entries(options).filter(
			([, value]) =>
				value !== null &&
				value !== undefined &&
				value !== "" &&
				value !== false &&
				value.length !== 0,
		),
	);
}

/** `true` is a name without a value: a flag. */
function query(options) {
	const words = Object.entries(given(options))
		.map(([key, value]) => (value === true ? key : `${key}=${encodeURIComponent(value)}`))
		.join("&");
	return words && `?${words}`;
}

function post(path, body = {}) {
	return ask(path, { method: "POST", headers: POST, body: JSON.stringify(given(body)) });
}

export const getState = (job) => ask(`/api/state${query({ job })}`);

/** The result of a verb that has ended, or a Refusal with its message. */
function resultOf(answer) {
	note(answer.command);
	if (answer.result === null || answer.result === undefined)
		throw new Refusal(
			answer.message || `'${answer.command}' ended with exit code ${answer.exit_code}.`,
		);
	return answer.result;
}

/** Runs a reading verb: its result, or a Refusal. */
export const read = async (verb, options = {}) =>
	resultOf(await ask(`/api/read/${verb}${query(options)}`));

/** A change that is done at once: a draft's "make", "step", "finish"; a job's "prompt", "head". */
export const changeDraft = async (change, options) =>
	resultOf(await post(`/api/draft/${change}`, options));

/** A file or a text becomes a draft of labels: { draft }. */
export const upload = (body, name) =>
	ask(`/api/draft/upload${query({ name })}`, {
		method: "POST",
		headers: { ...POST, "Content-Type": "application/octet-stream" },
		body,
	});

/** Starts an action: { id, command }. It goes on if this page is closed. */
export async function act(action, options = {}) {
	const started = await post(`/api/do/${action}`, options);
	note(started.command);
	return started;
}

export const stop = (id) => post(`/api/actions/${encodeURIComponent(id)}/stop`);

const kinds = [
	"run_started",
	"candidate",
	"answer",
	"reason",
	"decision",
	"progress",
	"run_finished",
];

/**
 * Follows an action from its first event. `heard` gets { event, … }, `ended` { exit_code, result,
 * message }, also if the program is lost. Returns what ends it. A tab out of sight gives its
 * connection back, as a browser has few; in sight again, it hears what it missed.
 */
export function follow(id, heard, ended) {
	let source = null,
		seen = 0,
		over = false;

	const leave = () => {
		over = true;
		source?.close();
		document.removeEventListener("visibilitychange", connect);
	};
	const finish = (end) => {
		if (over) return;
		leave();
		ended(end);
	};
	const listen = (kind, hear) =>
		source.addEventListener(kind, (event) => {
			if (Number(event.lastEventId) <= seen) return;
			seen = Number(event.lastEventId);
			hear(JSON.parse(event.data));
		});
	const lost = async ({ target }) => {
		const givenUp = target.readyState === EventSource.CLOSED;
		const message = await getState().then(
			() => givenUp && "The page lost sight of this command. Reload the page.",
			(refusal) => refusal.message,
		);
		if (message) finish({ exit_code: -1, result: null, message });
	};
	function connect() {
		source?.close();
		if (document.hidden) return;
		source = new EventSource(`/api/actions/${encodeURIComponent(id)}/events`);
		for (const kind of kinds) listen(kind, heard);
		listen("end", finish);
		source.addEventListener("error", lost);
	}

	document.addEventListener("visibilitychange", connect);
	connect();
	return leave;
}

/** Starts an action and waits for its end, or throws a Refusal. `heard` gets its events. */
async function actToEnd(action, options, heard) {
	const { id, command } = await act(action, options);
	const end = await new Promise((resolve) => follow(id, heard, resolve));
	if (end.exit_code !== 0 && !end.result)
		throw new Refusal(end.message || `'${command}' ended with exit code ${end.exit_code}.`);
	return end;
}

/** The action's result, also if it was stopped: then it has what was answered. */
export const actAndWait = async (action, options, heard = () => {}) =>
	(await actToEnd(action, options, heard)).result;

/** A measurement that another one builds on: a Refusal too if it ended before all was asked. */
export async function actToFinish(action, options, heard) {
	const { exit_code: code } = await actToEnd(action, options, heard);
	if (![0, 1, 8].includes(code)) // as in docs/decision.md
		throw new Refusal("Stopped. What is answered is kept. Press again to go on.");
}

/** The address of a file that the program makes of a run; with `save` it is kept, not shown. */
export const fileAddress = (kind, options) => `/api/files/${kind}${query(options)}`;
