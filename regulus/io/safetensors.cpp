// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "regulus/base/data_error.h"
#include "regulus/base/error.h"
#include "regulus/base/json.h"
#include "regulus/base/utf8.h"
#include "regulus/io/array.h"

namespace regulus::io {
namespace {

static_assert(std::endian::native == std::endian::little, "the file's bytes are copied as they are");

constexpr std::size_t kLengthBytes = 8;
constexpr std::uint64_t kMaxHeader = 100'000'000;  // what other readers take, and parse_json too
constexpr std::string_view kMetadata = "__metadata__";

template <class Entries>
auto find(Entries& entries, std::string_view name) {
  const auto it =
      std::find_if(entries.begin(), entries.end(), [&](const auto& e) { return e.first == name; });
  return it == entries.end() ? nullptr : &it->second;
}

// The header's JSON text. Everything behind it is data.
std::string_view header_text(std::span<const std::uint8_t> bytes, const std::string& where) {
  if (bytes.size() < kLengthBytes)
    throw_data(where, "too short for a safetensors file", "8 bytes or more", std::to_string(bytes.size()));
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeader)
    throw_data(where, "not a safetensors file, or its header is too long",
               "at most " + std::to_string(kMaxHeader) + " bytes", std::to_string(length));
  const std::size_t present = bytes.size() - kLengthBytes;
  if (length > present)
    throw_data(where, "the file ends inside its header", std::to_string(length) + " bytes",
               std::to_string(present));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes,
                              static_cast<std::size_t>(length));
  if (!text.starts_with('{'))
    throw_data(where, "the header does not begin with {", "", std::string(text.substr(0, 1)));
  return text;
}

// The format's words for element types.
constexpr std::array<std::pair<std::string_view, DType>, 13> kDTypes = {{{"F32", DType::kFloat32},
                                                                         {"F64", DType::kFloat64},
                                                                         {"F16", DType::kFloat16},
                                                                         {"BF16", DType::kBfloat16},
                                                                         {"I64", DType::kInt64},
                                                                         {"I32", DType::kInt32},
                                                                         {"I16", DType::kInt16},
                                                                         {"I8", DType::kInt8},
                                                                         {"U64", DType::kUint64},
                                                                         {"U32", DType::kUint32},
                                                                         {"U16", DType::kUint16},
                                                                         {"U8", DType::kUint8},
                                                                         {"BOOL", DType::kBool}}};

// One array as the header describes it.
struct Entry {
  std::string name;
  DType dtype = DType::kFloat32;
  std::vector<std::int64_t> dims;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

std::vector<std::int64_t> lengths(const Value& value, const std::string& where, const std::string& what) {
  if (!value.is_list()) throw_data(where, what, "a list of integers");
  std::vector<std::int64_t> numbers;
  for (const Value& item : value.as_list()) {
    if (!item.is_int() || item.as_int() < 0) throw_data(where, what, "integers from 0 on", to_json(item));
    numbers.push_back(item.as_int());
  }
  return numbers;
}

Entry parse_entry(const std::string& name, const Value& value, const std::string& where) {
  const std::string tensor = "tensor \"" + name + "\": ";
  if (!value.is_dict()) throw_data(where, tensor + "not described", "a dict", to_json(value));
  for (const auto& [key, member] : value.as_dict())
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      throw_data(where, std::string(tensor).append("\"").append(key).append("\" is not known"),
                 "dtype, shape and data_offsets");
  const auto member = [&](const char* key) -> const Value& {
    const Value* found = value.find(key);
    if (found == nullptr) throw_data(where, tensor + key + " is missing");
    return *found;
  };
  const Value& dtype = member("dtype");
  const auto known = std::find_if(kDTypes.begin(), kDTypes.end(), [&](const auto& row) {
    return dtype.is_string() && dtype.as_string() == row.first;
  });
  if (known == kDTypes.end())
    throw_data(where, tensor + "its dtype cannot be read", "numbers of 1 to 8 bytes, as \"F32\"",
               to_json(dtype));
  Entry entry;
  entry.name = name;
  entry.dtype = known->second;
  entry.dims = lengths(member("shape"), where, tensor + "its shape is malformed");
  const auto offsets = lengths(member("data_offsets"), where, tensor + "its data_offsets are malformed");
  if (offsets.size() != 2 || offsets[0] > offsets[1])
    throw_data(where, tensor + "its data_offsets are malformed", "[begin, end]",
               to_json(member("data_offsets")));
  entry.begin = static_cast<std::uint64_t>(offsets[0]);
  entry.end = static_cast<std::uint64_t>(offsets[1]);
  return entry;
}

// A shape that promises more than the bytes hold never becomes a Shape, let alone an array.
void require_size(const Entry& entry, const std::string& where) {
  std::uint64_t size = item_bytes(entry.dtype);
  bool overflow = false;
  for (const std::int64_t length : entry.dims)
    if (length > 0) overflow |= __builtin_mul_overflow(size, static_cast<std::uint64_t>(length), &size);
  if (std::find(entry.dims.begin(), entry.dims.end(), 0) != entry.dims.end()) size = 0;
  if (overflow || size != entry.end - entry.begin)
    throw_data(where, "tensor \"" + entry.name + "\": its shape does not fit its bytes",
               overflow ? "a smaller shape" : std::to_string(size) + " bytes",
               std::to_string(entry.end - entry.begin));
}

// What any array of a file must keep to, and the float32 values that they become together.
void require_limits(const std::vector<Entry>& entries, const Limits& limits, const std::string& where) {
  if (entries.size() > limits.tensors)
    throw_data(where, "the file holds too many tensors", "at most " + std::to_string(limits.tensors),
               std::to_string(entries.size()));
  std::uint64_t memory = 0;
  for (const Entry& entry : entries) {
    if (entry.name.size() > limits.name_bytes)
      throw_data(where, "a tensor's name is too long",
                 "at most " + std::to_string(limits.name_bytes) + " bytes",
                 std::to_string(entry.name.size()));
    const std::vector<std::uint64_t> lengths(entry.dims.begin(), entry.dims.end());
    proved_bytes(lengths, entry.dtype, limits, where, "tensor \"" + entry.name + "\"");
    // No sum that wraps: all data are in memory, an element of one byte becomes four.
    memory += (entry.end - entry.begin) / item_bytes(entry.dtype) * sizeof(float);
  }
  if (memory > limits.memory)
    throw_data(where, "its tensors as float32 are too large for this machine's memory",
               "at most " + std::to_string(limits.memory) + " bytes", std::to_string(memory));
}

// No hole, no overlap: sorted, each array begins where the one before it ends.
void require_layout(std::vector<Entry>& entries, std::uint64_t data_size, const std::string& where) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  });
  std::uint64_t at = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != at)
      throw_data(where, "tensor \"" + entry.name + "\": its data leave a hole or overlap",
                 "begin " + std::to_string(at), std::to_string(entry.begin));
    if (entry.end > data_size)
      throw_data(where, "tensor \"" + entry.name + "\": its data reach beyond the file's end",
                 "at most " + std::to_string(data_size), std::to_string(entry.end));
    at = entry.end;
  }
  if (at != data_size)
    throw_data(where, "the file holds more data than its header describes", std::to_string(at) + " bytes",
               std::to_string(data_size));
}

void parse_metadata(Safetensors& file, const Value& value, const std::string& where) {
  if (!value.is_dict()) throw_data(where, "__metadata__ is malformed", "a dict of strings", to_json(value));
  for (const auto& [key, text] : value.as_dict()) {
    if (!text.is_string())
      throw_data(where, "__metadata__: \"" + key + "\" is malformed", "a string", to_json(text));
    file.metadata.emplace_back(key, text.as_string());
  }
}

[[noreturn]] void throw_config(std::string what, std::string found) {
  throw ConfigError({.where = "safetensors", .what = std::move(what), .found = std::move(found)});
}

template <class Entries>
void require_names(const Entries& entries) {
  std::vector<std::string_view> names;
  for (const auto& entry : entries) {
    if (!is_utf8(entry.first)) throw_config("a name is not UTF-8", entry.first);
    if (entry.first == kMetadata) throw_config("a name is reserved", entry.first);
    names.push_back(entry.first);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) throw_config("a name appears twice", std::string(*twice));
}

}  // namespace

const Tensor* Safetensors::tensor(std::string_view name) const {
  return find(tensors, name);
}
const std::string* Safetensors::text(std::string_view key) const {
  return find(metadata, key);
}

Safetensors parse_safetensors(std::span<const std::uint8_t> bytes, const std::string& where,
                              const Limits& limits) {
  const std::string_view text = header_text(bytes, where);
  const std::span<const std::uint8_t> data = bytes.subspan(kLengthBytes + text.size());
  const Value header = parse_json(text, where);
  Safetensors file;
  std::vector<Entry> entries;
  for (const auto& [name, value] : header.as_dict()) {
    if (name == kMetadata)
      parse_metadata(file, value, where);
    else
      entries.push_back(parse_entry(name, value, where));
  }
  require_layout(entries, data.size(), where);
  for (const Entry& entry : entries) require_size(entry, where);
  require_limits(entries, limits, where);
  for (Entry& entry : entries) {
    Array array;
    array.dtype = entry.dtype;
    array.shape = Shape(std::move(entry.dims));
    array.bytes = data.subspan(static_cast<std::size_t>(entry.begin),
                               static_cast<std::size_t>(entry.end - entry.begin));
    file.tensors.emplace_back(std::move(entry.name), to_tensor(array));
  }
  return file;
}

std::vector<std::uint8_t> to_safetensors(const Safetensors& file) {
  require_names(file.tensors);
  require_names(file.metadata);
  Value::Dict header;
  if (!file.metadata.empty()) {
    Value::Dict metadata;
    for (const auto& [key, text] : file.metadata) {
      if (!is_utf8(text)) throw_config("the text of \"" + key + "\" is not UTF-8", text);
      metadata.emplace_back(key, text);
    }
    header.emplace_back(std::string(kMetadata), std::move(metadata));
  }
  std::int64_t at = 0;
  for (const auto& [name, tensor] : file.tensors) {
    if (tensor.size() != tensor.shape().size()) throw_config("a tensor was never given its values", name);
    const std::int64_t end = at + tensor.size() * static_cast<std::int64_t>(sizeof(float));
    const Value::List shape(tensor.shape().begin(), tensor.shape().end());
    header.emplace_back(
        name, Value::Dict{{"dtype", "F32"}, {"shape", shape}, {"data_offsets", Value::List{at, end}}});
    at = end;
  }
  std::string text = to_json(header);
  text.append((kLengthBytes - text.size() % kLengthBytes) % kLengthBytes, ' ');
  if (text.size() > kMaxHeader)
    throw_config("the header would be too long", std::to_string(text.size()) + " bytes");

  const std::uint64_t length = text.size();
  std::vector<std::uint8_t> bytes(kLengthBytes + text.size() + static_cast<std::size_t>(at));
  std::memcpy(bytes.data(), &length, kLengthBytes);
  std::memcpy(bytes.data() + kLengthBytes, text.data(), text.size());
  std::uint8_t* data = bytes.data() + kLengthBytes + text.size();
  for (const auto& [name, tensor] : file.tensors) {
    if (tensor.size() == 0) continue;
    const std::size_t size = static_cast<std::size_t>(tensor.size()) * sizeof(float);
    std::memcpy(data, tensor.data(), size);
    data += size;
  }
  return bytes;
}

}  // namespace regulus::io
