# shellcheck shell=bash
# A job of the task extract: twelve orders. The model three is right on all but t1 (a wrong amount)
# and t11 (no JSON), one on five.
extract_job() {
	cat >job.yaml <<-'JOB'
		job: orders
		task: extract
		fields: {order: string, amount: number}
		tickets: tickets.jsonl
		models: [one.script.json, three.script.json]
		bar: 50%
	JOB
	cat >texts <<-'TEXTS'
		My order ORDER costs AMOUNT euros and never came.
		Please refund AMOUNT euros: parcel ORDER arrived broken
		Invoice for ORDER shows AMOUNT, that is too much
		I paid AMOUNT twice on ORDER, help
		Where is ORDER? It was AMOUNT euros and a gift
		Cancel ORDER at once, AMOUNT is more than I agreed to
		The shop says ORDER is lost; value AMOUNT
		Can ORDER be sent to Lyon instead? I gave AMOUNT
		Your courier left ORDER in the rain, worth AMOUNT
		Two boxes came for ORDER, one charge of AMOUNT
		Tell me if ORDER ships Friday, price AMOUNT
		Wrong colour in ORDER: AMOUNT back please
	TEXTS
	awk '{
		order = "QX" 1000 + NR * 731; amount = 9 + NR
		gsub(/ORDER/, order); gsub(/AMOUNT/, amount)
		printf "{\"id\": \"t%d\", \"text\": \"%s\", \"gold\": {\"order\": \"%s\", \"amount\": %d}}\n",
			NR - 1, $0, order, amount
	}' texts >tickets.jsonl
	extract_model one 1 1 5 7 8 9 10 11
	extract_model three 3 1 11
}

# extract_model NAME MILLIONS WRONG…: right but for the tickets WRONG; the last of them gets no JSON.
extract_model() {
	local name=$1 millions=$2
	shift 2
	jq -s --arg name "$name" --argjson millions "$millions" --arg wrong " $* " '{
		facts: {name: $name, n_params: ($millions * 1000000)},
		steps: [.[] | {
			match: .gold.order,
			says: (.id[1:] as $n | if $n == "11" then "no idea"
				elif ($wrong | contains(" " + $n + " ")) then .gold | .amount = 99 | tojson
				else .gold | tojson end)
		}]
	}' tickets.jsonl >"$name.script.json"
}
