# The task extract with a real model: the sample job, on its first tickets.
load models

@test "every answer has the form of the fields, and a mark" {
	cp "$root"/demo/extract/{job.yaml,examples.jsonl} .
	head -n 6 "$root/demo/extract/tickets.jsonl" >tickets.jsonl
	run --separate-stderr "$toehold" smoke job.yaml --models "$tiny" --name r --json
	[ "$status" -le 1 ]
	is "$(json 'asked | length')" 2
	is "$(json '[asked[].replies[]] | length')" 12
	is "$(json '[asked[].replies[].raw | fromjson | keys_unsorted] | unique | tojson')" \
		'[["amount","company","person","date","time","category"]]'
	is "$(json '[asked[].replies[].raw | fromjson[] | type] | unique - ["null", "string"] | tojson')" '[]'
	is "$(json '[asked[].replies[].outcome] | unique | tojson')" '["ok"]'
	is "$(json '[asked[].replies[].mark] | unique - ["right", "value missing", "wrong value",
		"invented value"] | tojson')" '[]'
}

@test "types of the fields hold: numbers, whole numbers, dates, listed values, true and false" {
	cat >tickets.jsonl <<-'END'
		{"text": "Please send 3 boxes at 12.50 each before the 3rd of May 2024, it is urgent!", "gold": {"boxes": 3, "price": 12.5, "day": "2024-05-03", "urgency": "high", "paid": false}}
		{"text": "I paid for 11 bags on 2 January 2023. Take your time.", "gold": {"boxes": 11, "day": "2023-01-02", "urgency": "low", "paid": true}}
	END
	cat >job.yaml <<-END
		task: extract
		fields: {boxes: whole number, price: number, day: date, urgency: [low, high], paid: yes or no}
		tickets: tickets.jsonl
		models: [$tiny]
	END
	run --separate-stderr "$toehold" smoke job.yaml --name r --json
	[ "$status" -le 1 ]
	is "$(json '[asked[].replies[].raw | fromjson |
		((.boxes | . == null or (type == "number" and floor == .)) and
		 (.price | type | . == "number" or . == "null") and
		 (.day | . == null or test("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")) and
		 (.urgency | . == null or . == "low" or . == "high") and
		 (.paid | type | . == "boolean" or . == "null"))] | tojson')" '[true,true]'
}
