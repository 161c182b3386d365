// What is run again says what its command said.

const again =
	"models way evaluate threads batch one-at-a-time free race first all no-ladder probe timeout";
const added = "text label id lang group encoding sheet all no-ladder timeout";

/**
 * The options of a command, for this page to give again: null if the record does not tell, or the
 * page has no such option. The models are those of the run's candidates: names may be of another
 * folder.
 */
export function saidBefore(run, said, taken = again) {
	const options = { ...said };
	for (const own of ["name", "store"]) delete options[own];
	if (!said || !Object.keys(options).every((key) => taken.split(" ").includes(key))) return null;
	if (options.models)
		options.models = [
			...new Set(
				run.candidates
					.filter((one) => one.path && !one.baseline)
					.map((one) => one.path),
			),
		];
	return options;
}

/** The same for tickets that were added. */
export const saidOfAdd = (run, said) => saidBefore(run, said, added);
