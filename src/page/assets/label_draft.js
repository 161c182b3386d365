// A draft of labels as the program last reported it. Each change is a step of the program; steps wait
// for each other, so that undo takes back what was done last.

import { changeDraft, read } from "./api.js";

export const FIRST = "first";
export const SECOND = "second";

export class Draft {
	#last = Promise.resolve();

	constructor(answer) {
		this.tickets = [];
		this.#take(answer);
		this.tickets = answer.tickets;
	}

	#take({ draft, file, job, reader, readers, buckets, progress, can_undo }) {
		Object.assign(this, { id: draft, file, job, reader, readers, buckets, progress });
		this.canUndo = can_undo;
	}

	/** Does a step; resolves with the tickets that it changed. */
	step(options) {
		const done = this.#last.then(() => this.#do(options));
		this.#last = done.catch(() => {}); // The next step is tried, whatever became of this one.
		return done;
	}

	async #do(options) {
		const answer = await changeDraft("step", { draft: this.id, reader: this.reader, ...options });
		this.#take(answer);
		for (const changed of answer.changed) {
			const at = this.tickets.findIndex((ticket) => ticket.id === changed.id);
			if (at >= 0) this.tickets[at] = changed;
			else this.tickets.push(changed);
		}
		if (this.progress.open > 0 && !this.tickets.some((ticket) => ticket.state === "open"))
			this.tickets = (await read("draft", { draft: this.id, reader: this.reader })).tickets;
		return answer.changed;
	}

	/** What is to be read next: what is new, then what was skipped. */
	next(after) {
		return (
			this.tickets.find((ticket) => ticket.state === "open") ??
			this.tickets.find((ticket) => ticket.state === "skipped" && ticket.id !== after) ??
			this.tickets.find((ticket) => ticket.state === "skipped")
		);
	}

	find(id) {
		return this.tickets.find((ticket) => ticket.id === id);
	}

	/** How many labels are enough: 25, or all of a job's; for a second reader, as many as the others gave. */
	get goal() {
		const others = this.tickets.filter((ticket) => ticket.of_others).length;
		const isSecond = others > 0 && this.readers[0] !== this.reader;
		return isSecond ? others : Math.min(this.job ? Infinity : 25, this.progress.tickets);
	}
}
