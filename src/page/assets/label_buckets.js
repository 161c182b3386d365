// The buckets: a name and what belongs into it. The first nine have a key.

import { address } from "./app.js";
import { announce, el, field } from "./dom.js";
import { count } from "./words.js";

const NAME_MAX = "128",
	ABOUT_MAX = "400";

const keyOf = (at) => (at < 9 ? String(at + 1) : "–");

export function drawBuckets(draft) {
	const list = el("ol", { class: "plain" }),
		nextKey = el("kbd", {}),
		onward = el(
			"p",
			{ class: "actions" },
			el("a", { class: "button", href: address("label", draft.id, "tickets", draft.reader) }, "Label tickets"),
		),
		trouble = el("p", { role: "alert" });
	const rows = []; // as in sight: { called, element }
	let queue = Promise.resolve();

	/** Steps wait for each other: `options` says what it is when its turn comes. Whether it was done. */
	function step(options, done = () => {}) {
		queue = queue.then(async () => {
			try {
				trouble.replaceChildren();
				await draft.step(options());
			} catch (refusal) {
				trouble.replaceChildren(refusal.message);
				return false;
			}
			done();
			redraw();
			return true;
		});
		return queue;
	}

	function makeRow(bucket, at) {
		const row = { called: bucket.name };
		const rename = (event) => {
			const to = event.target.value.trim();
			if (to === "") event.target.value = row.called;
			else
				step(
					() => ({ bucket: row.called, rename: to }),
					() => {
						row.called = to;
						remove.setAttribute("aria-label", `Remove ${to}`);
					},
				);
		};
		const describe = (event) => {
			const about = event.target.value;
			step(() => ({ bucket: row.called, about }));
		};
		const remove = el(
			"button",
			{
				class: "quiet",
				type: "button",
				"aria-label": `Remove ${bucket.name}`,
				click: async () => {
					const done = await step(() => ({ bucket: row.called, remove: true }));
					if (done) adder.elements.name.focus();
				},
			},
			"Remove",
		);
		row.element = el(
			"li",
			{ class: "bucket-row" },
			el("kbd", {}, keyOf(at)),
			field("Name", el("input", { value: bucket.name, maxlength: NAME_MAX, change: rename })),
			field(
				"What belongs into it",
				el("input", { class: "about", value: bucket.about, maxlength: ABOUT_MAX, change: describe }),
			),
			el("span", { class: "note" }, count(bucket.tickets, "ticket")),
			remove,
		);
		return row;
	}

	const adder = el(
		"form",
		{ class: "bucket-row", submit: add },
		nextKey,
		field("New bucket", el("input", { name: "name", required: true, maxlength: NAME_MAX })),
		field("What belongs into it", el("input", { name: "about", class: "about", maxlength: ABOUT_MAX })),
		el("button", { class: "button second" }, "Add"),
	);

	async function add(event) {
		event.preventDefault();
		const { name, about } = adder.elements,
			given = [name, about].map((input) => input.value.trim());
		const isThere = rows.some((row) => row.called === given[0]);
		const done = await step(
			() => ({ bucket: given[0], about: given[1] }),
			() => isThere && rows.splice(0), // Its row has another description now.
		);
		if (!done) return;
		announce(isThere ? "Changed" : "Added");
		[name, about].forEach((input, at) => {
			if (input.value.trim() === given[at]) input.value = ""; // Else the next one is being typed.
		});
		if (adder.contains(document.activeElement) && name.value === "") name.focus();
	}

	/** A row that is right stays as it is: someone may be writing in it. */
	function redraw() {
		const { buckets } = draft;
		if (rows.some((row, at) => row.called !== buckets[at]?.name)) rows.splice(0);
		if (rows.length === 0) list.replaceChildren();
		for (let at = rows.length; at < buckets.length; at++) {
			rows.push(makeRow(buckets[at], at));
			list.append(rows[at].element);
		}
		nextKey.textContent = keyOf(buckets.length);
		if (buckets.length < 2) onward.remove();
		else if (!onward.parentNode) adder.after(onward);
	}

	const section = el(
		"section",
		{},
		el("h1", {}, "Buckets"),
		el(
			"p",
			{},
			"Two to nine buckets are easy to hold in mind. A few words on each help people to agree, and most models read them.",
		),
		trouble,
		list,
		adder,
	);
	redraw();
	return section;
}
