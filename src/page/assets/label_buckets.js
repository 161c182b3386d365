// The buckets: a name and what belongs into it. The first nine have a key.

import { address } from "./app.js";
import { announce, el, field } from "./dom.js";
import { count } from "./words.js";

const NAME_MAX = "128",
	ABOUT_MAX = "400";

export function drawBuckets(draft) {
	const place = el("div", {}), trouble = el("p", { role: "alert" });
	const step = async (options) => {
		try {
			trouble.replaceChildren();
			await draft.step(options);
		} catch (refusal) {
			trouble.replaceChildren(refusal.message);
		}
		redraw();
	};

	function row(bucket, at) {
		return el(
			"li",
			{ class: "bucket-row" },
			el("kbd", {}, at < 9 ? String(at + 1) : "–"),
			field(
				"Name",
				el("input", {
					value: bucket.name,
					maxlength: NAME_MAX,
					change: (event) => step({ bucket: bucket.name, rename: event.target.value }),
				}),
			),
			field(
				"What belongs into it",
				el("input", {
					class: "about",
					value: bucket.about,
					maxlength: ABOUT_MAX,
					change: (event) => step({ bucket: bucket.name, about: event.target.value }),
				}),
			),
			el("span", { class: "note" }, count(bucket.tickets, "ticket")),
			el(
				"button",
				{
					class: "quiet",
					type: "button",
					"aria-label": `Remove ${bucket.name}`,
					click: () => step({ bucket: bucket.name, remove: true }),
				},
				"Remove",
			),
		);
	}

	function adder() {
		const add = async (event) => {
			event.preventDefault();
			const values = new FormData(event.currentTarget);
			await step({ bucket: values.get("name").trim(), about: values.get("about").trim() });
			announce("Added");
			place.querySelector("form input")?.focus();
		};
		return el(
			"form",
			{ class: "bucket-row", submit: add },
			el("kbd", {}, draft.buckets.length < 9 ? String(draft.buckets.length + 1) : "–"),
			field("New bucket", el("input", { name: "name", required: true, maxlength: NAME_MAX })),
			field("What belongs into it", el("input", { name: "about", class: "about", maxlength: ABOUT_MAX })),
			el("button", { class: "button second" }, "Add"),
		);
	}

	function redraw() {
		place.replaceChildren(
			el("ol", { class: "plain" }, draft.buckets.map(row)),
			adder(),
			...(draft.buckets.length >= 2
				? [
						el(
							"p",
							{ class: "actions" },
							el("a", { class: "button", href: address("label", draft.id, "tickets", draft.reader) }, "Label tickets"),
						),
					]
				: []),
		);
	}

	redraw();
	return el(
		"section",
		{},
		el("h1", {}, "Buckets"),
		el(
			"p",
			{},
			"Two to nine buckets are easy to hold in mind. A few words on each help people to agree, and most models read them.",
		),
		trouble,
		place,
	);
}
