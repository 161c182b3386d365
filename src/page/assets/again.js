// A smoke test that is run again says what its command said.

const again =
	"models way evaluate threads batch one-at-a-time free race first all no-ladder probe timeout";

/**
 * The options of a command, for this page to give again: null if the record does not tell, or the
 * page has no such option. The models are those of the run's candidates: names may be of another
 * folder.
 */
export function saidBefore(run, said) {
	const options = { ...said };
	for (const own of ["name", "store"]) delete options[own];
	if (!said || !Object.keys(options).every((key) => again.split(" ").includes(key))) return null;
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
