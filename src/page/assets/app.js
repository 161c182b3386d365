// What the views share: the program's state, the job and the run in hand, and the runs read so far.

import { getState, read } from "./api.js";

let state = null;
let jobId = null;
let runName = null;
const kept = new Map(); // what was read of runs since the last refresh()

/** { version, folder, job, jobs, runs, actions } of the program. */
export const getKnown = () => state;

/** Asks anew: what was read of runs may be old. */
export async function refresh() {
	state = await getState(jobId);
	if (!currentJob()) {
		if (jobId) state = await getState(); // The job is gone: this one has other runs.
		jobId = state.job;
	}
	kept.clear();
}

export const currentJob = () => state.jobs.find((job) => job.id === jobId) ?? null;

export async function chooseJob(id) {
	jobId = id;
	runName = null;
	await refresh();
}

/** Smoke tests only: a probe or the questions of `suggest` have no decision. */
export const smokeRuns = () => state.runs.filter((run) => run.kind === "smoke");

/** The run that was looked at last, else the newest; null if there is none. */
export function currentRun() {
	const names = smokeRuns().map((run) => run.run);
	return names.includes(runName) ? runName : (newest(smokeRuns())?.run ?? null);
}

export const newest = (runs) =>
	runs.reduce((last, run) => (!last || run.created > last.created ? run : last), null);

export const readJob = (verb, options) => read(verb, { job: jobId, ...options });

async function keep(verb, run) {
	const key = `${verb} ${run}`;
	runName = run;
	if (!kept.has(key)) kept.set(key, await readJob(verb, { run }));
	return kept.get(key);
}

/** Everything about a run but the texts of its tickets. */
export const loadRun = (run) => keep("show", run);

/** Its tickets by candidates. */
export const loadMatrix = (run) => keep("tickets", run);

export const runningActions = () => state.actions.filter((action) => action.state === "running");

/** "#/decide/RUN": an address of this page. */
export const address = (...parts) => `#/${parts.map(encodeURIComponent).join("/")}`;
