// How figures and verdicts are said: the same words and colours as on the screen and in the report.

const verdicts = {
	CLEARS: { words: "ABOVE THE BAR (proven)", class: "clears" },
	"GOOD ENOUGH": { words: "GOOD ENOUGH", class: "enough" },
	"NOT ENOUGH EVIDENCE": { words: "NOT ENOUGH EVIDENCE", class: "not" },
	"DOES NOT CLEAR": { words: "BELOW THE BAR (proven)", class: "fails" },
};

/** The verdict on a candidate of show --json: its words and its class in the style sheet. */
export function verdictOf(candidate) {
	if (candidate.not_measured) return { words: "NOT MEASURED", class: "none" };
	if (candidate.refused) return { words: "WILL NOT RUN", class: "none" };
	if (candidate.unfinished) return { words: "UNFINISHED", class: "none" };
	return verdicts[candidate.verdict?.verdict] ?? { words: "–", class: "none" };
}

export function percent(share, digits = 0) {
	return share === null || share === undefined ? "–" : `${(100 * share).toFixed(digits)}%`;
}

/** What is guaranteed: rounded down, as a promise must be. */
export function atLeast(share) {
	return share === null || share === undefined ? "–" : `${Math.floor(100 * share + 1e-9)}%`;
}

export function score(part) {
	return part && part.tickets ? `${part.right} of ${part.answered}` : "–";
}

const units = [
	[3_600e6, "h"],
	[60e6, "min"],
	[1e6, "s"],
	[1e3, "ms"],
	[1, "µs"],
];

/** A time in microseconds: "5.9 ms", "8 min"; "–" if it is unknown. */
export function duration(us) {
	if (us === null || us === undefined || us < 0) return "–";
	const [size, unit] = units.find(([least]) => us >= least) ?? units.at(-1);
	const value = us / size;
	return `${value < 10 && unit !== "µs" ? Number(value.toFixed(1)) : Math.round(value)} ${unit}`;
}

export function bytes(n) {
	if (!n) return "–";
	const [size, unit] = n >= 1e9 ? [1e9, "GB"] : n >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
	const value = n / size;
	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

export function parameters(n) {
	if (!n) return "–";
	return n >= 1e9 ? `${Number((n / 1e9).toFixed(1))} B` : `${Math.round(n / 1e6)} M`;
}

/** Of an event "progress": "texts that m has read: 12 of 60, about 20 s left". */
export function progressWords({ what, done, total, left_us: left }) {
	return `${what}: ${done} of ${total}${left > 0 ? `, about ${duration(left)} left` : ""}`;
}

/** What an event says about work that has no lanes; null if it says nothing new. */
export function workWords(event) {
	if (event.event === "progress") return progressWords(event);
	return event.candidate ? `${event.candidate}: ${count(event.answered, "answer")}` : null;
}

/** "1 ticket", "2 tickets". */
export function count(n, thing) {
	return `${n.toLocaleString("en")} ${thing}${n === 1 ? "" : "s"}`;
}

/** What an answer says, by task: its label, or the mark of a written answer. */
export function said(answer) {
	if (answer.outcome && answer.outcome !== "ok") return answer.outcome;
	return answer.label ?? answer.mark ?? "–";
}

/** How an answer ended: a sign for the eye, a word for the ear. "other" means "not sure". */
export function markOf(answer, gold) {
	if (!answer?.outcome) return { sign: "·", word: "not asked", class: "unasked" };
	if (answer.right) return { sign: "✓", word: "right", class: "right" };
	if (answer.outcome !== "ok") return { sign: "–", word: "no answer", class: "failed" };
	if (answer.label === "other" && gold !== "other")
		return { sign: "?", word: "unsure", class: "unsure" };
	return { sign: "✗", word: "wrong", class: "wrong" };
}

/** The candidate that is the pick of a run, or undefined. */
export const pickOf = (run) => run.candidates.find((candidate) => candidate.name === run.pick);

export function day(iso) {
	return iso ? iso.replace("T", " ").replace(/:\d\dZ$/, " UTC") : "–";
}
