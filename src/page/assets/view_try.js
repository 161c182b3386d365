// Try: a prompt is written, and a few tickets are asked with it, side by side on two models. Nothing
// is scored; each text that was asked is kept as a version.

import { actAndWait } from "./api.js";
import { currentJob, getKnown, readJob } from "./app.js";
import { announce, choice, el, field, name, table } from "./dom.js";
import { keepPrompt, loadPrompts, promptVersions } from "./prompts.js";
import { noJob } from "./view_decide.js";
import { duration, percent, workWords } from "./words.js";

function answerCell(answer) {
	if (!answer) return "not asked";
	if (typeof answer === "string") return el("span", { class: "said" }, answer);
	return [
		el("strong", { dir: "auto" }, answer.label ?? answer.answer ?? answer.outcome),
		answer.probability === undefined ? null : ` ${percent(answer.probability)}`,
		answer.reason ? el("small", { dir: "auto" }, answer.reason) : null,
		" ",
		el("small", {}, duration(answer.label_us)),
	];
}

const promptTitle = (prompt) => prompt ?? "the job's";

/** The candidate without its prompt: what stands at the head of a column. */
const askedOf = ({ candidate, prompt }) =>
	prompt ? candidate.replace(`:${prompt}`, "") : candidate;

/** A row a prompt, a column a model. */
function ticketSection(ticket) {
	const models = [...new Set(ticket.answers.map(askedOf))];
	const columns = [
		{ title: "Prompt", cell: (prompt) => name(promptTitle(prompt)) },
		...models.map((model) => ({
			title: name(model),
			cell: (prompt) =>
				answerCell(
					ticket.answers.find((one) => one.prompt === prompt && askedOf(one) === model)
						?.answer,
				),
			class: "wide",
		})),
	];
	return el(
		"section",
		{},
		el("h2", {}, name(ticket.id)),
		el("blockquote", { dir: "auto" }, ticket.text),
		table(`Answers to ${ticket.id}`, columns, [
			...new Set(ticket.answers.map((one) => one.prompt)),
		]),
	);
}

const several = (select) => [...select.selectedOptions].map((option) => option.value);

const multiple = (options, chosen) =>
	choice(options, chosen, {
		multiple: true,
		size: Math.min(6, Math.max(2, options.length)),
	});

/** The models that read a prompt, the smallest first. */
async function readers() {
	const { candidates } = await readJob("plan");
	return [
		...new Set(
			candidates.filter((one) => one.reads_prompt && !one.refused).map((one) => one.path),
		),
	];
}

/** A version that was kept is in the list already. */
const isVersion = (prompts, file) =>
	prompts.some((one) => one.kind === "kept" && file.endsWith(`prompts/${one.id}.txt`));

/** Files of the folder that hold one prompt each, and prompts that are not the job's own. */
const others = (prompts) => [
	...prompts.filter((one) => one.kind !== "job").map((one) => [one.id, one.id]),
	...getKnown()
		.files.filter(({ name: file }) => file.endsWith(".txt") && !isVersion(prompts, file))
		.map((file) => [file.id, file.name]),
];

/** The fields of the form, and what they hold. */
function makeForm(models, prompts) {
	const text = el("textarea", { rows: 9, required: true, maxlength: 20_000, dir: "auto" });
	const label = el("input", {
		value: "draft",
		required: true,
		maxlength: 32,
		pattern: "[a-z0-9_\\-]+",
		autocomplete: "off",
	});
	const model = multiple(
		models.map((path) => [path, path.split("/").at(-1)]),
		models.slice(0, 2),
	);
	const tickets = el("input", { type: "number", min: 1, max: 20, value: 3 });
	const compared = el("div", {});
	let compare = null;
	const drawCompared = (list) => {
		const options = others(list);
		compare = options.length ? multiple(options, compare ? several(compare) : []) : null;
		compared.replaceChildren(
			...(compare ? [field("Also ask with", compare, "The job's prompt takes part.")] : []),
		);
	};
	text.value = prompts[0].text;
	drawCompared(prompts);
	return {
		text,
		label,
		drawCompared,
		element: [
			field(
				"Prompt",
				text,
				"{labels} stands for the labels. The ticket comes after it. A changed text is kept as a version.",
			),
			el(
				"div",
				{ class: "filters" },
				field("Name of the version", label, "a to z, digits, - and _"),
				field("Models", model),
				field("Tickets", tickets),
				compared,
			),
		],
		values: (id) => ({
			models: several(model),
			tickets: Number(tickets.value),
			prompt: [...new Set([id, ...(compare ? several(compare) : [])].filter(Boolean))],
		}),
	};
}

export async function draw() {
	if (!currentJob()) return noJob("Try a prompt");
	const models = await readers();
	let prompts = await loadPrompts();
	const form = makeForm(models, prompts);
	const place = el("div", {}),
		versions = el("div", {}),
		press = el("button", { class: "button" }, "Ask");

	const edit = (prompt) => {
		form.text.value = prompt.text;
		if (prompt.kind !== "job") form.label.value = prompt.name;
		form.text.focus();
	};
	const drawVersions = (line) =>
		versions.replaceChildren(
			...[
				promptVersions(prompts, edit, async (said) => {
					prompts = await loadPrompts();
					drawVersions(said);
				}),
				line,
			].filter(Boolean),
		);
	const ask = async (event) => {
		event.preventDefault();
		const working = el("p", { class: "loading", role: "status" }, "Asking …");
		press.disabled = true;
		place.replaceChildren(working);
		try {
			const mine = await keepPrompt(prompts, form.label.value, form.text.value);
			prompts = await loadPrompts();
			const values = form.values(mine.kind === "job" ? null : mine.id);
			form.drawCompared(prompts);
			drawVersions();
			const result = await actAndWait(
				"try",
				{ job: currentJob().id, ...values },
				(said) => {
					working.textContent = workWords(said) ?? working.textContent;
				},
			);
			place.replaceChildren(...result.tickets.map(ticketSection));
			announce("The answers are here");
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "said", role: "alert" }, refusal.message));
		}
		press.disabled = false;
	};
	drawVersions();
	return [
		el("h1", {}, "Try a prompt"),
		el(
			"p",
			{},
			"A few tickets, side by side, before the smoke test. Nothing is scored, and no run is made.",
		),
		el("form", { class: "sheet", submit: ask }, form.element, press),
		place,
		versions,
	];
}
