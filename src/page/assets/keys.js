// Keys: `?` lists them, g and a letter goes to a step. A view names its own in `keys`.

import { el } from "./dom.js";

const general = [
	["?", "this list"],
	["Esc", "close"],
	["Tab", "to the next control"],
	["Enter", "press, open"],
];

function rows(title, pairs) {
	return el(
		"section",
		{},
		el("h3", {}, title),
		el(
			"dl",
			{},
			pairs.map(([key, what]) =>
				el(
					"div",
					{},
					el(
						"dt",
						{},
						key.split(" ").map((one) => el("kbd", {}, one)),
					),
					el("dd", {}, what),
				),
			),
		),
	);
}

export function showHelp(steps, current) {
	const dialog = document.getElementById("help");
	dialog.replaceChildren(
		el("h2", { id: "help-title" }, "Keys"),
		rows("Everywhere", general),
		rows(
			"Go to",
			steps.map((step) => [`g ${step.key}`, step.title]),
		),
		current.view.keys ? rows(current.title, current.view.keys) : "",
		el("form", { method: "dialog" }, el("button", { autofocus: true }, "Close")),
	);
	dialog.showModal();
}

/** A key for the browser, or for a control that somebody writes in: no key of the page. */
export const isTyped = ({ ctrlKey, metaKey, altKey, target }) =>
	ctrlKey ||
	metaKey ||
	altKey ||
	target.closest("input:not([type=checkbox], [type=range]), textarea, select") !== null;

export function watchKeys(steps, goal, current) {
	let going = false;

	addEventListener("keydown", (event) => {
		if (isTyped(event) || document.querySelector("dialog[open]")) return;
		const step = going && steps.find((one) => one.key === event.key);
		going = event.key === "g";
		if (step) location.hash = goal(step);
		else if (event.key === "?") showHelp(steps, current());
		else return;
		event.preventDefault();
	});
}
