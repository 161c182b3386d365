/*
 * Starts qemu-user as the CPU that it is compiled for. The kernel starts it in place of a program
 * for another machine (binfmt_misc), and passes no options and no variables of ours: a worker has
 * none.
 */
#include <string.h>
#include <unistd.h>

int main(int n, char **args)
{
	char *line[n + 3];

	line[0] = (char *)"/qemu";
	line[1] = (char *)"-cpu";
	line[2] = (char *)CPU;
	memcpy(line + 3, args + 1, (size_t)n * sizeof(*args)); /* with the NULL at their end */
	execv(line[0], line);
	return 127;
}
