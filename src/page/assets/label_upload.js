// The start of labelling: an export is dropped, chosen or pasted; or a draft goes on.

import { changeDraft, Refusal, upload } from "./api.js";
import { address } from "./app.js";
import { announce, el, field, name } from "./dom.js";

/** A draft, with its end: asked first, as the labels and the export are gone then. */
function draftItem(draft) {
	const ask = () => {
		item.replaceChildren(
			el("span", {}, "Delete ", name(draft.id), " with its labels and its export? "),
			el("button", { type: "button", class: "quiet", click: remove }, "Yes, delete it"),
			" ",
			el("button", { type: "button", class: "quiet", click: show, autofocus: true }, "Keep it"),
		);
		item.querySelector("[autofocus]").focus();
	};
	const remove = async () => {
		try {
			await changeDraft("delete", { draft: draft.id });
			item.replaceChildren(name(draft.id), el("span", { class: "note" }, " is deleted"));
			announce("Deleted");
		} catch (refusal) {
			item.append(el("p", { class: "warn", role: "alert" }, refusal.message));
		}
	};
	const show = (event) => {
		item.replaceChildren(
			el("a", { href: address("label", draft.id) }, name(draft.id)),
			el("span", { class: "note" }, " from ", name(draft.file), " "),
			el("button", { type: "button", class: "quiet", "aria-label": `Delete ${draft.id}`, click: ask }, "Delete"),
		);
		if (event) item.querySelector("button").focus();
	};
	const item = el("li", {});
	show();
	return item;
}

function drafts(all) {
	return (
		all.length > 0 &&
		el(
			"section",
			{},
			el("h2", {}, "Go on with"),
			el(
				"ul",
				{ class: "plain" },
				all.map(draftItem),
			),
		)
	);
}

const MAX_MB = 64; // as in page_draft.h

export function drawUpload(known) {
	const place = el("div", { role: "status" });
	const take = async (text, fileName) => {
		const body = new Blob([text]);
		place.replaceChildren(el("p", { class: "loading" }, "Keeping it in secrets/ …"));
		try {
			if (body.size > MAX_MB << 20)
				throw new Refusal(`This is larger than ${MAX_MB} MB. On the command line: toehold label FILE -o DRAFT`);
			location.hash = address("label", (await upload(body, fileName)).draft);
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "warn" }, refusal.message));
			announce(refusal.message);
		}
	};
	const choose = el("input", {
		type: "file",
		accept: ".csv,.tsv,.xlsx,.json,.jsonl,.ndjson,.yaml,.yml,.txt",
		change: (event) => event.target.files[0] && take(event.target.files[0], event.target.files[0].name),
	});
	const pasted = el("textarea", { name: "text", rows: "4", cols: "60", required: true });
	const over = (event) => {
		event.preventDefault();
		event.currentTarget.classList.toggle("over", event.type === "dragover");
	};
	return [
		el("h1", {}, "Label tickets"),
		el(
			"p",
			{},
			"25 real tickets with their right label are enough for a smoke test. Bring an export of your helpdesk: CSV, Excel, JSON. It stays on this machine.",
		),
		el(
			"section",
			{
				class: "drop",
				"aria-label": "Export",
				dragover: over,
				dragleave: over,
				drop: (event) => {
					over(event);
					const [file] = event.dataTransfer.files;
					const text = event.dataTransfer.getData("text/plain");
					if (file) take(file, file.name);
					else if (text) take(text, "pasted");
				},
			},
			el("p", { class: "lead" }, "Drop an export here"),
			field("or choose a file", choose),
		),
		el(
			"form",
			{
				class: "sheet",
				submit: (event) => {
					event.preventDefault();
					take(pasted.value, "pasted");
				},
			},
			field("or paste rows, the first one with the names of the columns", pasted),
			el("button", { class: "button second" }, "Take these rows"),
		),
		place,
		drafts(known),
	];
}
