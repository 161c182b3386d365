// Shows the view that the address names, and the steps to the others. One view a file.

import { address, currentRun, getKnown, refresh } from "./app.js";
import { el, announce } from "./dom.js";
import { showHelp, watchKeys } from "./keys.js";
import * as choose from "./view_choose.js";
import * as compare from "./view_compare.js";
import * as decide from "./view_decide.js";
import * as label from "./view_label.js";
import * as next from "./view_next.js";
import * as run from "./view_run.js";
import * as start from "./view_start.js";
import * as tickets from "./view_tickets.js";
import * as tryOut from "./view_try.js";

// `ofRun`: the address names a run. `key`: after g.
const steps = [
	{ path: "", title: "Start", key: "s", view: start },
	{ path: "label", title: "Label", key: "l", view: label },
	{ path: "choose", title: "Choose", key: "c", view: choose },
	{ path: "try", title: "Try", key: "p", view: tryOut },
	{ path: "run", title: "Run", key: "r", view: run },
	{ path: "decide", title: "Decide", key: "d", view: decide, ofRun: true },
	{ path: "tickets", title: "Tickets", key: "t", view: tickets, ofRun: true },
	{ path: "compare", title: "Compare", key: "o", view: compare, ofRun: true },
	{ path: "next", title: "Next", key: "n", view: next, ofRun: true },
];

const main = document.getElementById("main");
let leave = []; // what the view in sight left to end
let drawn = 0;

function parts() {
	try {
		return location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
	} catch {
		return [""]; // Such as "#/decide/%": none of ours.
	}
}

function parse() {
	const [path, ...args] = parts();
	return { step: steps.find((step) => step.path === path) ?? steps[0], args };
}

function goal(step) {
	const name = step.ofRun && currentRun();
	return name ? address(step.path, name) : address(step.path);
}

function drawSteps(current) {
	document
		.getElementById("steps")
		.replaceChildren(
			...steps.map((step) =>
				el(
					"li",
					{},
					el(
						"a",
						{ href: goal(step), "aria-current": step === current && "page" },
						step.title,
					),
				),
			),
		);
	document
		.querySelector("#steps [aria-current]")
		?.scrollIntoView({ block: "nearest", inline: "center" });
}

function problem(error) {
	return el(
		"section",
		{ class: "warn", role: "alert" },
		el("h1", {}, "This did not work"),
		el("p", { class: "said" }, error.message),
		el("p", {}, el("a", { href: "#/" }, "Back to the start")),
	);
}

function put(content, title) {
	main.replaceChildren(...[content].flat().filter(Boolean));
	const heading = main.querySelector("h1");
	heading?.setAttribute("tabindex", "-1");
	heading?.focus({ preventScroll: true });
	document.title = `${title} · toehold`;
	scrollTo(0, 0);
}

/** Draws the view of the address; a slower, older drawing is thrown away. */
async function draw() {
	const { step, args } = parse();
	const mine = ++drawn;
	const ends = [];
	let content;

	main.setAttribute("aria-busy", "true");
	for (const end of leave) end();
	leave = ends;
	try {
		if (!getKnown() || step.path === "") await refresh();
		content = await step.view.draw(args, (end) => ends.push(end));
	} catch (error) {
		content = problem(error);
	}
	if (mine !== drawn) {
		for (const end of ends) end();
		return;
	}
	if (getKnown()) drawSteps(step);
	put(content, step.title);
	main.setAttribute("aria-busy", "false");
	announce(step.title);
}

addEventListener("hashchange", draw);
watchKeys(steps, goal, () => parse().step);
document
	.getElementById("help-button")
	.addEventListener("click", () => showHelp(steps, parse().step));
document.querySelector(".skip").addEventListener("click", (event) => {
	event.preventDefault(); // The address names the view.
	main.focus();
});
draw();
