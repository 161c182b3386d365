// The end of labelling, whatever is made of the labels: how far it is, and a form that makes it.

import { address } from "./app.js";
import { announce, el, name } from "./dom.js";
import { count } from "./words.js";

/** The heading, and what is labelled; `rest`: what becomes of tickets on which readers differ. */
export function labelledSoFar(draft, title, rest) {
	const { labelled, ready, disputed } = draft.progress;
	return [
		el("h1", {}, title),
		el("p", {}, `${count(labelled, "ticket")} labelled by `, name(draft.reader), `, ${ready} ready in all.`),
		disputed > 0 &&
			el(
				"p",
				{ class: "warn" },
				`Readers differ on ${count(disputed, "ticket")}: `,
				el("a", { href: address("label", draft.id, "readers", draft.reader) }, "settle them first"),
				`, ${rest}.`,
			),
	];
}

/** A form whose button works once at a time; `work` gets the form's values, `place` what it gives. */
export function step(fields, button, place, work) {
	const press = el("button", { class: "button" }, button);
	const submit = async (event) => {
		event.preventDefault();
		press.disabled = true;
		try {
			place.replaceChildren(...[await work(new FormData(event.target))].flat().filter(Boolean));
		} catch (refusal) {
			place.replaceChildren(el("p", { class: "warn" }, refusal.message));
			announce(refusal.message);
		}
		press.disabled = false;
	};
	return el("form", { class: "sheet", submit }, fields, press);
}
