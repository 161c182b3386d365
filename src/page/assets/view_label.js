// Label: from a dropped export to a job. The address names a draft of labels, its part, and the reader.

import { read } from "./api.js";
import { address, getKnown, refresh } from "./app.js";
import { el, name } from "./dom.js";
import { drawBuckets } from "./label_buckets.js";
import { drawColumns } from "./label_columns.js";
import { Draft, FIRST } from "./label_draft.js";
import { drawFinish } from "./label_finish.js";
import { drawGive } from "./label_give.js";
import { drawReaders } from "./label_readers.js";
import { drawTickets } from "./label_tickets.js";
import { drawUpload } from "./label_upload.js";

export const keys = [
	["1 2 … 9", "into this bucket"],
	["Enter", "keep the label of the export"],
	["s", "skip, come back later"],
	["?", "unsure"],
	["u", "undo"],
	["x", "uncover, or cover, the marked place"],
	["X", "the same in every ticket"],
	["← →", "mark another place"],
];

const parts = [
	{ path: "tickets", title: "Tickets", draw: drawTickets },
	{ path: "buckets", title: "Buckets", draw: drawBuckets },
	{ path: "readers", title: "Second reader", draw: drawReaders },
	{ path: "finish", title: "Make the job", draw: drawFinish },
];

/** Tickets for a job that is there: its labels are the buckets, and the tickets go to it. */
const partsOfJob = [
	...parts.filter(({ path }) => path === "tickets" || path === "readers"),
	{ path: "finish", title: "Add them to the job", draw: drawGive },
];

function tabs(id, all, current, reader) {
	return el(
		"nav",
		{ "aria-label": "Labelling", class: "label-tabs" },
		all.map((part) =>
			el(
				"a",
				{
					href: address("label", id, part.path, reader),
					"aria-current": part === current && "page",
				},
				part.title,
			),
		),
	);
}

export async function draw([id, path, reader = FIRST], leaving) {
	await refresh();
	const known = getKnown().drafts.find((draft) => draft.id === id);
	if (!known) return drawUpload(getKnown().drafts);
	if (!known.ready) return drawColumns(known);
	const draft = new Draft(await read("draft", { draft: id, reader }));
	const all = draft.job ? partsOfJob : parts;
	const part = all.find((one) => one.path === path) ?? all[draft.buckets.length === 0 ? 1 : 0];
	return [
		el(
			"p",
			{ class: "eyebrow" },
			name(draft.file),
			draft.job && [" · for ", name(draft.job)],
			" · read by ",
			name(reader),
		),
		tabs(id, all, part, reader),
		await part.draw(draft, leaving),
	];
}
