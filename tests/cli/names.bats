#!/usr/bin/env bats
# Names of models as people paste them: repositories and pages of Hugging Face, quants, names without
# their store's prefix, paths of Windows; and files that are no GGUF, named for what they are.
load pull_helper

setup() {
	enter_scratch
	unset HF_HOME HF_HUB_CACHE HUGGINGFACE_HUB_CACHE OLLAMA_MODELS LLAMA_CACHE
	hub=$HOME/.cache/huggingface/hub
	commit=0123456789abcdef0123456789abcdef01234567
	cached acme--Small-GGUF Small-Q4_K_M.gguf mmproj-Small-f16.gguf
	cached acme--Two-GGUF Two-Q4_K_M.gguf Two-Q8_0.gguf
}
teardown() { leave_scratch; }

# cached FOLDER FILE…: a repository in the cache, with these files.
cached() {
	local folder=$hub/models--$1/snapshots/$commit file
	mkdir -p "$folder" "$hub/models--$1/refs"
	printf %s "$commit" >"$hub/models--$1/refs/main"
	for file in "${@:2}"; do printf 'GGUF%s' "$file" >"$folder/$file"; done
}

# found NAME FILE: the name leads to that file of the cache.
found() {
	run --separate-stderr "$toehold" models "$1" --json # these files are no models: only their paths count
	is "$(json '.[0].path' | sed 's|.*/||')" "$2"
}

# missed NAME PART…: the name leads nowhere, in these words.
missed() {
	local part
	toe 3 models "$1"
	for part in "${@:2}"; do has "$stderr" "$part"; done
}

@test "a repository means its only model, or the only one of a quant" {
	local name
	for name in hf:acme/Small-GGUF hf:ACME/small-gguf hf.co/acme/Small-GGUF hf:acme/Small-GGUF:Q4_K_M \
		hf.co/acme/Small-GGUF:q4_k_m https://huggingface.co/acme/Small-GGUF \
		https://huggingface.co/acme/Small-GGUF/blob/main/Small-Q4_K_M.gguf \
		"https://huggingface.co/acme/Small-GGUF/resolve/main/Small-Q4_K_M.gguf?download=true"; do
		found "$name" Small-Q4_K_M.gguf
	done
	found hf:acme/Two-GGUF:Q8_0 Two-Q8_0.gguf
	missed hf:acme/Two-GGUF "names 2 files; choose one" "hf:acme/Two-GGUF/Two-Q4_K_M.gguf" "Two-Q8_0.gguf"
	missed hf:acme/Two-GGUF:Q5_K_M "has 'Q5_K_M' in its name" "toehold pull hf:acme/Two-GGUF:Q5_K_M"
	missed hf:acme/None "no file of the repository 'acme/None' is here" "toehold pull hf:acme/None"
	missed https://huggingface.co/acme "names no repository" "hf:ORG/REPO/FILE"
	missed other/None-1B "if it is a name of Hugging Face: toehold pull 'hf:other/None-1B'"
	lacks "$stderr" "did you mean"
	missed https://mirror.example/acme/None/resolve/main/x.gguf "is the address of a file, not of a server, so nothing is asked there"
	# A page is no chat server.
	toe 3 hello https://huggingface.co/acme/None/blob/main/x.gguf
	has "$stderr" "no model 'hf:acme/None/x.gguf'"
}

@test "a job takes such a name" {
	tickets 3
	job "hf:acme/Small-GGUF, https://huggingface.co/acme/Small-GGUF/blob/main/Small-Q4_K_M.gguf"
	run --separate-stderr "$toehold" plan job.yaml
	has "$output$stderr" "Small-Q4_K_M"
	lacks "$output$stderr" "no model"
}

@test "near names: another case, without the prefix of the store, paths of Windows" {
	local store=$HOME/.ollama/models
	mkdir -p "$store/manifests/registry.ollama.ai/library/llama3.1" "$store/manifests/hf.co/Bart/Tiny-GGUF"
	printf '{"layers": null}' | tee "$store/manifests/registry.ollama.ai/library/llama3.1/latest" \
		>"$store/manifests/hf.co/Bart/Tiny-GGUF/Q4_K_M"
	missed ollama:LLAMA3.1:latest "Did you mean 'ollama:llama3.1:latest'?"
	missed ollama:LLAMA3.1 "Did you mean 'ollama:llama3.1:latest'?"
	missed llama3.1:latest "did you mean 'ollama:llama3.1:latest'?"
	missed llama3.1 "did you mean 'ollama:llama3.1:latest'?"
	missed https://ollama.com/library/llama3.2 "no model 'ollama:llama3.2'"
	missed ollama:hf.co/bart/tiny-gguf:q4_k_m "Did you mean 'ollama:hf.co/Bart/Tiny-GGUF:Q4_K_M'?"
	missed hf.co/Bart/Tiny-GGUF:Q4_K_M "did you mean 'ollama:hf.co/Bart/Tiny-GGUF:Q4_K_M'?"
	missed hf:acme/small-gguf/small-q4_k_m.gguf "Did you mean 'hf:acme/Small-GGUF/Small-Q4_K_M.gguf'?"
	missed small-q4_k_m.gguf "did you mean 'hf:acme/Small-GGUF/Small-Q4_K_M.gguf'?"
	missed acme/Small-GGUF "did you mean 'hf:acme/Small-GGUF/Small-Q4_K_M.gguf'?"
	missed acme/Two-GGUF:Q8_0 "did you mean 'hf:acme/Two-GGUF/Two-Q8_0.gguf'?"
	missed 'C:\models\Small-Q4_K_M.gguf' "did you mean 'hf:acme/Small-GGUF/Small-Q4_K_M.gguf'?"
	missed 'C:\models\else.gguf' "in WSL, C:\\ is /mnt/c/"
}

@test "weights of other formats are named, with what to do" {
	local file
	mkdir folder empty
	echo '{}' >folder/config.json
	for file in m.safetensors m.onnx m.pt pytorch_model.bin m.zip; do echo x >$file; done
	missed ./m.safetensors "is safetensors weights" "convert_hf_to_gguf.py"
	missed ./m.onnx "is an ONNX model"
	missed ./m.pt "is PyTorch weights"
	missed ./pytorch_model.bin "is PyTorch weights"
	missed ./m.zip "is an archive"
	missed ./folder "is a folder of transformers"
	toe 3 hello ./folder
	has "$stderr" "is a folder of transformers"
	has "$stderr" "-GGUF"
	toe 3 hello ./empty
	has "$stderr" "is a folder; name a model file in it"
	# The name does not decide if the file is one.
	printf GGUF >named.bin
	run "$toehold" models ./named.bin
	lacks "$output" PyTorch
}
