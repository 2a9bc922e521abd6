// libedit for Swift: its calls are variadic, which Swift refuses, so each one used gets a wrapper with fixed
// arguments. Text crosses as UTF-32 (`uint32_t`), because `wchar_t` is signed on some machines and not on others.
//
// libedit keeps the keys, the buffer and the history; it does not draw: its output goes to /dev/null and the prompt
// is painted by Shell, which can do colours, suggestions and blocks taller than the screen.
#ifndef CLIBEDIT_H
#define CLIBEDIT_H
#include <errno.h>
#include <histedit.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

_Static_assert(sizeof(wchar_t) == sizeof(uint32_t), "wide characters are UTF-32");

/// A bound function: gets the last character of the key, returns one of CC_NORM, CC_NEWLINE, CC_EOF, CC_REFRESH …
typedef unsigned char (*clibedit_function)(EditLine *_Nonnull editor, uint32_t key);
/// Reads a character: 1 read, 0 end of input, -1 error in errno.
typedef int (*clibedit_reader)(EditLine *_Nonnull editor, uint32_t *_Nonnull character);

static inline wchar_t *_Nonnull clibedit_empty_prompt(EditLine *_Nonnull editor) {
  static wchar_t none[1] = {0};
  (void)editor;
  return none;
}

/// A new editor on two terminal descriptors, which stay the caller's; NULL when there is no memory.
static inline EditLine *_Nullable clibedit_open(const char *_Nonnull program, int input, int output) {
  FILE *in = fopen("/dev/null", "r");
  FILE *out = fopen("/dev/null", "w");
  if (in == NULL || out == NULL) return NULL;
  EditLine *editor = el_init_fd(program, in, out, out, input, output, output);
  if (editor == NULL) return NULL;
  el_wset(editor, EL_PROMPT, clibedit_empty_prompt);
  el_wset(editor, EL_SIGNAL, 0);
  return editor;
}

/// The value that callbacks get back.
static inline void clibedit_set_owner(EditLine *_Nonnull editor, void *_Nonnull owner) {
  el_wset(editor, EL_CLIENTDATA, owner);
}

/// The value given to clibedit_set_owner.
static inline void *_Nullable clibedit_owner(EditLine *_Nonnull editor) {
  void *owner = NULL;
  el_wget(editor, EL_CLIENTDATA, &owner);
  return owner;
}

/// The function that supplies characters.
static inline void clibedit_set_reader(EditLine *_Nonnull editor, clibedit_reader _Nonnull reader) {
  el_wset(editor, EL_GETCFN, reader);
}

/// Emacs keys (0) or vi keys (1); resets every binding.
static inline void clibedit_set_vi(EditLine *_Nonnull editor, int vi) { el_set(editor, EL_EDITOR, vi ? "vi" : "emacs"); }

/// Whether vi keys are on.
static inline int clibedit_is_vi(EditLine *_Nonnull editor) {
  const char *name = NULL;
  el_get(editor, EL_EDITOR, &name);
  return name != NULL && name[0] == 'v';
}

/// Names a function so that keys can be bound to it.
static inline void clibedit_add_function(EditLine *_Nonnull editor, const char *_Nonnull name,
                                         const char *_Nonnull help, clibedit_function _Nonnull function) {
  el_set(editor, EL_ADDFN, name, help, function);
}

/// Binds a key, in libedit's notation, to a function's name; `command` is the map of vi's command mode.
static inline void clibedit_bind(EditLine *_Nonnull editor, int command, const char *_Nonnull key,
                                 const char *_Nonnull name) {
  if (command)
    el_set(editor, EL_BIND, "-a", key, name, NULL);
  else
    el_set(editor, EL_BIND, key, name, NULL);
}

/// Runs one line of an editrc file; 0 done, -1 not understood.
static inline int clibedit_parse(EditLine *_Nonnull editor, const char *_Nonnull line) {
  Tokenizer *tokenizer = tok_init(NULL);
  if (tokenizer == NULL) return -1;
  int count = 0;
  const char **words = NULL;
  int result = tok_str(tokenizer, line, &count, &words) == 0 && count > 0 ? el_parse(editor, count, words) : -1;
  tok_end(tokenizer);
  return result;
}

/// Cooked (0) or raw (1) terminal.
static inline void clibedit_set_raw(EditLine *_Nonnull editor, int raw) { el_wset(editor, EL_PREP_TERM, raw); }

/// The buffer: its characters, how many they are and the cursor's place among them.
static inline const uint32_t *_Nonnull clibedit_text(EditLine *_Nonnull editor, int *_Nonnull count,
                                                     int *_Nonnull cursor) {
  const LineInfoW *line = el_wline(editor);
  *count = (int)(line->lastchar - line->buffer);
  *cursor = (int)(line->cursor - line->buffer);
  return (const uint32_t *)line->buffer;
}

/// Replaces the buffer by a text ended by 0 and puts the cursor; 0 when done, -1 without memory.
static inline int clibedit_set_text(EditLine *_Nonnull editor, const uint32_t *_Nonnull text, int cursor) {
  if (text[0] == 0) {
    // el_wreplacestr refuses an empty text.
    const LineInfoW *line = el_wline(editor);
    el_cursor(editor, (int)(line->lastchar - line->cursor));
    el_deletestr(editor, (int)(line->lastchar - line->buffer));
    return 0;
  }
  if (el_wreplacestr(editor, (const wchar_t *)text) != 0) return -1;
  const LineInfoW *line = el_wline(editor);
  int change = cursor - (int)(line->cursor - line->buffer);
  if (change != 0) el_cursor(editor, change);
  return 0;
}

/// Puts a cursor that a command of vi left outside of the text back into it; the next command would write there.
static inline void clibedit_clamp_cursor(EditLine *_Nonnull editor) {
  const LineInfoW *line = el_wline(editor);
  if (line->cursor < line->buffer) el_cursor(editor, 1);
  if (line->cursor > line->lastchar) el_cursor(editor, -1);
}

/// Edits one line until a bound function ends it or reading fails.
static inline void clibedit_edit(EditLine *_Nonnull editor) {
  int count = 0;
  (void)el_wgets(editor, &count);
}

/// Makes a history that holds so many entries the editor's own.
static inline HistoryW *_Nullable clibedit_history(EditLine *_Nonnull editor, int entry_count_max) {
  HistoryW *history = history_winit();
  if (history == NULL) return NULL;
  HistEventW event;
  history_w(history, &event, H_SETSIZE, entry_count_max);
  el_wset(editor, EL_HIST, history_w, history);
  return history;
}

/// Adds the newest entry, ended by 0.
static inline void clibedit_history_add(HistoryW *_Nonnull history, const uint32_t *_Nonnull text) {
  HistEventW event;
  history_w(history, &event, H_ENTER, (const wchar_t *)text);
}
#endif
