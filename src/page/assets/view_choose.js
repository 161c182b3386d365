// Choose: the models of the job and of this machine: size, licence, time, whether they fit.

import { act, actAndWait, read } from "./api.js";
import { address, currentJob, readJob, refresh } from "./app.js";
import { announce, el, field, name, quietButton, table } from "./dom.js";
import { noJob } from "./view_decide.js";
import { bytes, count, duration, parameters, percent } from "./words.js";

const licenceClass = { OK: "enough", READ: "not", NO: "fails" };

function licenceCell(licence) {
	return licence
		? el(
				"span",
				{ class: `mark ${licenceClass[licence.verdict] ?? "fails"}`, title: licence.why },
				licence.verdict,
				" ",
				el("span", { class: "small" }, name(licence.name || licence.id)),
			)
		: "–";
}

/** One row a model: its ways are asked one after the other. */
function byModel(candidates) {
	const models = new Map();
	for (const candidate of candidates.filter((one) => one.licence)) {
		const model = models.get(candidate.path) ?? {
			...candidate,
			ways: [],
			estimate_us: 0,
			planned: true,
		};
		model.ways.push(candidate.way);
		model.estimate_us =
			model.estimate_us === null || candidate.estimate_us === null
				? null
				: model.estimate_us + candidate.estimate_us;
		models.set(candidate.path, model);
	}
	return [...models.values()];
}

function others(found, planned) {
	return found
		.filter((model) => !model.problem && !planned.some((one) => one.path === model.path))
		.map((model) => ({ ...model, ways: [], licence: model.commercial_use, estimate_us: null }));
}

function lifeButton(model) {
	const place = el("span", { class: "life" });
	const show = async () => {
		place.textContent = "loading …";
		try {
			const hello = await actAndWait("hello", { job: currentJob().id, model: model.path });
			place.replaceChildren(
				"answers ",
				name(hello.label ?? hello.answer ?? "something"),
				` after ${duration(hello.ttft_us)}, ${bytes(hello.peak_rss_bytes)}`,
			);
		} catch (refusal) {
			place.textContent = refusal.message;
		}
		announce(place.textContent);
	};
	return [
		quietButton("Say hello", ` to ${model.path}`, show),
		place,
	];
}

const shortPath = (path) => path.split("/").at(-1);

function columns(chosen, changed) {
	const toggle = (model) =>
		el("input", {
			type: "checkbox",
			checked: chosen.has(model),
			disabled: Boolean(model.refused),
			change: (event) => {
				chosen[event.target.checked ? "add" : "delete"](model);
				changed();
			},
		});
	return [
		{
			title: "Model",
			cell: (model) =>
				el(
					"label",
					{ class: "pick-one", title: model.path },
					toggle(model),
					name(shortPath(model.path)),
				),
		},
		{
			title: "Kind",
			cell: (model) =>
				model.kind ? `${model.kind}, ${parameters(model.n_params)}` : model.ways.join(", "),
		},
		{ title: "Memory", cell: (model) => bytes(model.size_bytes), class: "n" },
		{ title: "Licence", cell: (model) => licenceCell(model.licence) },
		{
			title: "Fits",
			cell: (model) =>
				model.refused
					? el("span", { class: "said" }, model.refused)
					: model.planned
						? "yes"
						: "checked at the start",
		},
		{
			title: "Time",
			cell: (model) =>
				model.on_record
					? "on record"
					: model.estimate_us === null
						? "not measured yet"
						: `about ${duration(model.estimate_us)}`,
			class: "n",
		},
		{ title: "Proof of life", cell: lifeButton },
	];
}

function estimate(models) {
	const known = models.filter((model) => !model.on_record && model.estimate_us !== null);
	const unknown = models.filter((model) => !model.on_record && model.estimate_us === null).length;
	const sum = known.reduce((total, model) => total + model.estimate_us, 0);
	return [
		count(models.length, "model"),
		known.length ? `about ${duration(sum)}` : "",
		unknown ? `${unknown} never measured here, so without an estimate` : "",
	]
		.filter(Boolean)
		.join(", ");
}

function form(plan, planned, chosen) {
	const summary = el("output", {});
	const problem = el("p", { class: "said", role: "alert" });
	const runName = el("input", {
		name: "name",
		maxlength: 80,
		autocomplete: "off",
		placeholder: "smoke-1, smoke-2 …",
	});
	const first = el("input", { type: "checkbox" });
	const changed = () => {
		summary.textContent = estimate([...chosen]);
	};
	const start = async (event) => {
		event.preventDefault();
		if (chosen.size === 0 && planned.length > 0) {
			problem.textContent = "Choose at least one model.";
			return;
		}
		const usable = planned.filter((model) => !model.refused);
		const sameAsJob =
			chosen.size === usable.length && usable.every((model) => chosen.has(model));
		try {
			const { id } = await act("smoke", {
				job: currentJob().id,
				name: runName.value,
				first: first.checked,
				models: sameAsJob ? [] : [...chosen].map((model) => model.path),
			});
			await refresh();
			location.hash = address("run", id);
		} catch (refusal) {
			problem.textContent = refusal.message;
		}
	};
	changed();
	return {
		changed,
		element: el(
			"form",
			{ class: "sheet", submit: start },
			el(
				"p",
				{},
				`${count(plan.tickets, "ticket")}, the bar is ${percent(plan.bar)}, for ${plan.use} use. `,
				summary,
			),
			field("Name of the run", runName, "Empty: the next free one."),
			el(
				"label",
				{ class: "field check" },
				first,
				el("span", {}, "End at the smallest that scores the bar"),
			),
			problem,
			el("button", { class: "button" }, "Start the smoke test"),
		),
	};
}

export async function draw() {
	if (!currentJob()) return noJob("Choose models");
	const plan = await readJob("plan");
	const planned = byModel(plan.candidates);
	const chosen = new Set(planned.filter((model) => !model.refused));
	const sheet = form(plan, planned, chosen);
	const more = el(
		"section",
		{},
		el("h2", {}, "Other models on this machine"),
		el("p", { class: "loading" }, "Looking for them …"),
	);
	read("models").then(
		(found) => {
			const rest = others(found, planned);
			more.lastChild.replaceWith(
				rest.length
					? table(count(rest.length, "model"), columns(chosen, sheet.changed), rest)
					: el(
							"p",
							{},
							"None. ",
							el("code", {}, "toehold pull hf:ORG/REPO:Q4_K_M"),
							" fetches one.",
						),
			);
		},
		(refusal) => {
			more.lastChild.textContent = refusal.message;
		},
	);
	return [
		el("h1", {}, "Choose models"),
		plan.tickets_refused ? el("p", { class: "warn" }, plan.tickets_refused) : null,
		el(
			"section",
			{},
			el("h2", {}, "Models of the job"),
			table("Smallest first", columns(chosen, sheet.changed), planned),
			el(
				"p",
				{ class: "note" },
				`Baselines need no model and always take part: ${plan.candidates
					.filter((one) => !one.licence)
					.map((one) => one.way)
					.join(", ")}.`,
			),
		),
		sheet.element,
		more,
	];
}
