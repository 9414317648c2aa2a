#include "CTOML.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string_view>

// What the library takes to be impossible is possible: certain characters in a key fail one of its
// assertions, which would end whoever reads the file, and without assertions it goes on as if nothing
// were. Found by fuzzing version 3.3.
struct wg_toml_surprise final : std::exception {
  const char *what() const noexcept override { return "there are characters where none can be"; }
};
#undef NDEBUG
#define TOML_ASSERT(condition) \
  do { \
    if (!(condition)) throw wg_toml_surprise(); \
  } while (false)
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace {

// A tree of dotted keys is taken down recursively, one level of the stack for each dot: no more of
// them than the stack has room for.
constexpr ptrdiff_t most_dots = 4096;

using Visit = void (*)(void *, const wg_toml_node *);

wg_toml_place place(const toml::source_region &region) {
  return {region.begin.line, region.begin.column};
}

bool fail(wg_toml_error *error, wg_toml_place at, std::string_view reason) {
  error->place = at;
  std::snprintf(
      error->reason, sizeof error->reason, "%.*s", static_cast<int>(reason.size()), reason.data());
  return false;
}

bool is_shallow(const toml::node &node, int32_t limit, wg_toml_error *error) {
  if (limit < 0) return fail(error, place(node.source()), "it is nested too deeply");
  if (const auto *table = node.as_table()) {
    for (const auto &[key, value] : *table)
      if (!is_shallow(value, limit - 1, error)) return false;
  } else if (const auto *array = node.as_array()) {
    for (const auto &value : *array)
      if (!is_shallow(value, limit - 1, error)) return false;
  }
  return true;
}

void take_value(const toml::node &node, wg_toml_node &told) {
  if (const auto *text = node.as_string()) {
    told.kind = WG_TOML_STRING;
    told.text = text->get().data();
    told.text_length = text->get().size();
  } else if (const auto *integer = node.as_integer()) {
    told.kind = WG_TOML_INTEGER;
    told.integer = integer->get();
  } else if (const auto *decimal = node.as_floating_point()) {
    told.kind = WG_TOML_DECIMAL;
    told.decimal = decimal->get();
  } else if (const auto *boolean = node.as_boolean()) {
    told.kind = WG_TOML_BOOLEAN;
    told.boolean = boolean->get();
  } else {
    told.kind = WG_TOML_DATE;
  }
}

void tell(
    const toml::node &node, const toml::key *key, int32_t depth, Visit visit, void *context) {
  wg_toml_node told{};
  told.depth = depth;
  told.place = place(node.source());
  told.key_place = told.place;
  if (key) {
    told.key = key->str().data();
    told.key_length = key->str().size();
    told.key_place = place(key->source());
  }
  if (const auto *table = node.as_table()) {
    told.kind = WG_TOML_TABLE;
    visit(context, &told);
    for (const auto &[name, value] : *table) tell(value, &name, depth + 1, visit, context);
  } else if (const auto *array = node.as_array()) {
    told.kind = WG_TOML_ARRAY;
    visit(context, &told);
    for (const auto &value : *array) tell(value, nullptr, depth + 1, visit, context);
  } else {
    take_value(node, told);
    visit(context, &told);
  }
}

}  // namespace

extern "C" bool wg_toml_read(
    const char *bytes, size_t size, int32_t maximum_depth, Visit visit, void *context,
    wg_toml_error *error) try {
  const std::string_view text{bytes, size};
  if (std::count(text.begin(), text.end(), '.') > most_dots)
    return fail(error, {1, 1}, "it has more dots than settings can need");
  const toml::parse_result result = toml::parse(text);
  if (!result)
    return fail(error, place(result.error().source()), result.error().description());
  if (!is_shallow(result.table(), maximum_depth, error)) return false;
  tell(result.table(), nullptr, 0, visit, context);
  return true;
} catch (const std::exception &problem) {
  return fail(error, {1, 1}, problem.what());
} catch (...) {
  return fail(error, {1, 1}, "it cannot be read");
}
