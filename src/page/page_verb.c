/*
 * Three pipes and their buffers.
 */
#include "page/page_verb.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* Of each text: more is read and dropped. */
enum { TEXT_MAX_BYTES = 256 << 20 };

static int verb_make_pipe(int ends[2], struct err *err)
{
	if (pipe(ends) < 0)
		return err_sys(err, ERR_ENGINE, errno, "cannot make a pipe");
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return 0;
}

static void verb_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int page_verb_start(struct cmd *cmd, const char *const *words, bool has_events,
		    struct page_verb *ret_verb)
{
	struct page_verb v = { .fds = { -1, -1, -1 } };
	int theirs[VERB_PROCESS_FDS] = { -1, -1, -1 }, ends[2], r = 0;

	for (int i = 0; r == 0 && i < VERB_PROCESS_FDS - !has_events; i++) {
		r = verb_make_pipe(ends, &cmd->err);
		if (r < 0)
			break;
		v.fds[i] = ends[0];
		theirs[i] = ends[1];
		buf_init(&v.texts[i], TEXT_MAX_BYTES);
	}
	if (r == 0)
		r = verb_process_start_piped(cmd, words, theirs, &v.process);
	for (int i = 0; i < VERB_PROCESS_FDS; i++) {
		verb_close(&theirs[i]);
		if (r < 0)
			verb_close(&v.fds[i]);
	}
	if (r == 0)
		*ret_verb = v;
	return r;
}

void page_verb_poll(const struct page_verb *v, struct page_poll *poll)
{
	enum {
		BUSY_MS = 50,
		ENDING_MS = 2
	}; /* it has closed all, and its exit code is not there yet */
	size_t n = poll->n;
	int most_ms;

	if (v->process.pid == 0)
		return;
	for (int i = 0; i < VERB_PROCESS_FDS; i++)
		if (v->fds[i] >= 0 && poll->n < PAGE_POLL_MAX)
			poll->fds[poll->n++] = (struct pollfd){ .fd = v->fds[i], .events = POLLIN };
	most_ms = poll->n > n || n == PAGE_POLL_MAX ? BUSY_MS : ENDING_MS;
	if (poll->wait_ms > most_ms)
		poll->wait_ms = most_ms;
}

static void verb_read(int *fd, struct buf *text)
{
	char block[16 << 10];
	ssize_t n;

	while (*fd >= 0) {
		n = read(*fd, block, sizeof(block));
		if (n > 0)
			buf_add(text, block, (size_t)n);
		else if (n < 0 && errno == EINTR)
			continue;
		else if (n < 0 && errno == EAGAIN)
			return;
		else
			verb_close(fd);
	}
}

bool page_verb_collect(struct page_verb *v)
{
	bool ended = verb_process_has_ended(&v->process, &v->exit_code);

	for (int i = 0; i < VERB_PROCESS_FDS; i++)
		verb_read(&v->fds[i], &v->texts[i]);
	return ended;
}

void page_verb_signal(const struct page_verb *v, int signal_number)
{
	if (v->process.pid > 0)
		kill(v->process.pid, signal_number);
}

void page_verb_release(struct page_verb *v)
{
	verb_process_stop(&v->process);
	for (int i = 0; i < VERB_PROCESS_FDS; i++) {
		if (v->texts[i].max) /* it was started */
			verb_close(&v->fds[i]);
		buf_release(&v->texts[i]);
	}
}

bool page_verb_has_result(const struct page_verb *v)
{
	enum { DECISIONS = 1, UNFINISHED = 7, NOT_MEASURED = 8 };

	return (v->exit_code >= 0 && v->exit_code <= DECISIONS) || v->exit_code == UNFINISHED ||
	       v->exit_code == NOT_MEASURED;
}

const char *page_verb_json(const struct page_verb *v)
{
	const struct buf *out = &v->texts[0];

	/* A verb that fails writes nothing; one that was ended may have written half. */
	return page_verb_has_result(v) && !out->overflow && out->len ? out->data : "null";
}
