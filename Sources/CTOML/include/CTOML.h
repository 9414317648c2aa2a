// A TOML document, read by toml++ and told part by part.
//
// toml++ is C++ and throws; nothing of that crosses this border.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum wg_toml_kind {
  WG_TOML_TABLE,
  WG_TOML_ARRAY,
  WG_TOML_STRING,
  WG_TOML_INTEGER,
  WG_TOML_DECIMAL,
  WG_TOML_BOOLEAN,
  // A date, a time or both; nothing is told of it but where it stands.
  WG_TOML_DATE,
};

// Lines and columns count from 1; columns count characters.
struct wg_toml_place {
  uint32_t line;
  uint32_t column;
};

// Texts are UTF-8, not terminated, may contain zeros, and live as long as the call that got them.
struct wg_toml_node {
  enum wg_toml_kind kind;
  // The document itself has 0, what is directly in it 1.
  int32_t depth;
  // Empty in arrays.
  const char *key;
  size_t key_length;
  struct wg_toml_place key_place;
  struct wg_toml_place place;
  const char *text;
  size_t text_length;
  int64_t integer;
  double decimal;
  bool boolean;
};

struct wg_toml_error {
  struct wg_toml_place place;
  // What is wrong, terminated, cut where there is no room for it.
  char reason[256];
};

// Reads a document and calls visit for every node, a table or array before what is in it.
//
// False, with error filled in and nothing visited, when it is no TOML, has more dots than can be
// keys, or is nested deeper than maximum_depth.
bool wg_toml_read(
    const char *bytes, size_t size, int32_t maximum_depth,
    void (*visit)(void *context, const struct wg_toml_node *node), void *context,
    struct wg_toml_error *error);

#ifdef __cplusplus
}
#endif
