// "What this page just did": the commands behind the clicks, the newest in sight, all to copy.

import { announce, el } from "./dom.js";

const KEPT = 30;
const commands = [];

function copyButton(command) {
	return el(
		"button",
		{
			type: "button",
			class: "quiet",
			"aria-label": `Copy: ${command}`,
			click: async (event) => {
				const button = event.currentTarget;
				await navigator.clipboard.writeText(command);
				button.textContent = "Copied";
				announce("Copied");
				setTimeout(() => {
					button.textContent = "Copy";
				}, 1500);
			},
		},
		"Copy",
	);
}

function draw() {
	const [newest, ...earlier] = commands;
	const wasOpen = document.querySelector("#journal details")?.open;
	document.getElementById("journal").replaceChildren(
		el("span", { class: "journal-title" }, "What this page just did"),
		el("code", { dir: "ltr" }, newest),
		copyButton(newest),
		earlier.length
			? el(
					"details",
					{ open: wasOpen },
					el("summary", {}, "Earlier"),
					el(
						"ol",
						{},
						earlier.map((command) =>
							el("li", {}, el("code", { dir: "ltr" }, command), copyButton(command)),
						),
					),
				)
			: "",
	);
}

/** Adds a command; one that is there already moves to the top. */
export function note(command) {
	const at = commands.indexOf(command);
	if (!command || at === 0) return;
	if (at > 0) commands.splice(at, 1);
	commands.unshift(command);
	commands.length = Math.min(commands.length, KEPT);
	draw();
}
