// SPDX-License-Identifier: Apache-2.0
#include "regulus/data/labels_beside.h"

#include <filesystem>
#include <string_view>
#include <system_error>

namespace regulus {
namespace {

bool is_file(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

// Everywhere: an unpacker may make a folder of the file's name.
std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string without_gz(const std::string& path) {
  return path.ends_with(".gz") ? path.substr(0, path.size() - 3) : path;
}

}  // namespace

std::vector<std::string> idx_file_names(const std::string& name) {
  std::vector<std::string> names;
  for (const std::string& spelling : {name, replaced(name, "-idx", ".idx")})
    for (const char* ending : {".gz", ""}) names.push_back(spelling + ending);
  const std::size_t slash = name.rfind('/');
  const std::string last = slash == name.npos ? name : name.substr(slash + 1);
  for (const std::string& spelling : {name, replaced(name, "-idx", ".idx")})
    names.push_back(spelling + '/' + replaced(last, "-idx", ".idx")), names.push_back(spelling + '/' + last);
  return names;
}

std::string labels_beside(const std::string& images) {
  const std::string plain = without_gz(images);
  const std::string last = plain.substr(plain.rfind('/') + 1);
  if (last.ends_with("-imgs.npz")) {
    const std::string labels = plain.substr(0, plain.size() - 9) + "-labels.npz";
    return is_file(labels) ? labels : "";
  }
  for (const std::string_view spelling : {"images-idx3-ubyte", "images.idx3-ubyte"}) {
    if (last.find(spelling) == last.npos) continue;
    const std::string labels = replaced(plain, spelling, "labels-idx1-ubyte");
    const std::string dotted = replaced(plain, spelling, "labels.idx1-ubyte");
    // Those that are spelled and packed like the images come first.
    const bool is_dotted = spelling.find('.') != spelling.npos;
    const bool is_packed = images.size() != plain.size();
    for (const std::string& name : {is_dotted ? dotted : labels, is_dotted ? labels : dotted})
      for (const char* ending : {is_packed ? ".gz" : "", is_packed ? "" : ".gz"})
        if (is_file(name + ending)) return name + ending;
  }
  return "";
}

}  // namespace regulus
