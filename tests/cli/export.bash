# shellcheck shell=bash
# Shared by the tests of exports.
load helper

# The job of tests/data with languages, groups and a ticket of two lines.
first_run() {
	use_data
	jq -c 'if .id == "t02" then . + {lang: "en", group: "pin"}
		elif .id == "t06" then .text += "\r\n\"Why?\", she asked; it is\ta joke.\n" + "x" * 4000 else . end' \
		tickets-12.jsonl >more.jsonl
	mv more.jsonl tickets-12.jsonl
	toe 0 smoke job.yaml --name first
}
