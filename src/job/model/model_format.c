/*
 * The table of endings.
 */
#include "job/model/model_format.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/display.h"
#include "base/file.h"

static const struct {
	const char *ending, *format;
} endings[] = {
	{ ".safetensors", "safetensors weights, as transformers and vLLM read them" },
	{ ".safetensors.index.json", "the index of safetensors weights" },
	{ ".bin", "PyTorch weights" },
	{ ".pt", "PyTorch weights" },
	{ ".pth", "PyTorch weights" },
	{ ".ckpt", "PyTorch weights" },
	{ ".onnx", "an ONNX model" },
	{ ".tflite", "a TensorFlow Lite model" },
	{ ".h5", "a Keras model" },
	{ ".mlmodel", "a Core ML model" },
	{ ".mlpackage", "a Core ML model" },
	{ ".npz", "weights as NumPy arrays" },
	{ ".litertlm", "a LiteRT model" },
	{ ".zip", "an archive" },
	{ ".tar", "an archive" },
	{ ".gz", "a compressed file" },
};

/* Files that show what a folder is. */
static const struct {
	const char *name, *format;
} marks[] = {
	{ "model.safetensors", "a folder of transformers (safetensors)" },
	{ "model.safetensors.index.json", "a folder of transformers (safetensors)" },
	{ "adapter_model.safetensors", "a LoRA of PEFT" },
	{ "pytorch_model.bin", "a folder of transformers (PyTorch)" },
	{ "pytorch_model.bin.index.json", "a folder of transformers (PyTorch)" },
	{ "model.onnx", "a folder of ONNX" },
	{ "onnx", "a folder of ONNX" },
	{ "config.json", "a folder of transformers" },
	{ "snapshots", "a repository in Hugging Face's cache" },
};

/* A GGUF file may have any name. */
static bool format_is_gguf(const char *path)
{
	char start[4] = "";
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(start, 1, sizeof(start), f) : 0;

	if (f)
		fclose(f);
	return n == sizeof(start) && memcmp(start, "GGUF", sizeof(start)) == 0;
}

const char *model_format_of_file(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		size_t n_ending = strlen(endings[i].ending);

		if (n > n_ending && strcasecmp(path + n - n_ending, endings[i].ending) == 0 &&
		    !format_is_gguf(path))
			return endings[i].format;
	}
	return NULL;
}

const char *model_format_of_folder(struct arena *a, const char *path)
{
	for (size_t i = 0; i < COUNT_OF(marks); i++)
		if (file_exists(arena_printf(a, "%s/%s", path, marks[i].name)))
			return marks[i].format;
	return NULL;
}

int model_format_fail(struct arena *a, const char *path, const char *format, struct err *err)
{
	return err_set(
		err, ERR_INPUT,
		"'%s' is %s; toehold reads .gguf files: take a repository whose name ends in "
		"-GGUF, or convert the folder with llama.cpp's convert_hf_to_gguf.py "
		"(docs/models.md)",
		display_path(a, path), format);
}
