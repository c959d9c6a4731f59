// SPDX-License-Identifier: Apache-2.0
#include "regulus/io/zip.h"

#include "fuzz/flat.h"
#include "fuzz/golden_seeds.h"
#include "fuzz/target.h"

namespace regulus::fuzz {
namespace {

const std::string kWhere = "f.zip";

std::vector<io::ZipMember> members_of(View file) {
  const io::ZipArchive archive(file, kWhere);
  std::vector<io::ZipMember> members;
  for (const std::string& name : archive.names()) {
    require(archive.contains(name), "a member has a name and is not there");
    members.push_back({name, archive.read(name)});
    require(members.back().bytes.size() == archive.size(name), "a member has another size than it says");
  }
  return members;
}

std::string described(const std::vector<io::ZipMember>& members) {
  std::string out;
  for (const io::ZipMember& member : members) {
    append(out, member.name);
    append(out, {reinterpret_cast<const char*>(member.bytes.data()), member.bytes.size()});
  }
  return out;
}

std::string read(View input) {
  const std::vector<io::ZipMember> members = members_of(input);
  std::string value = described(members);
  require(described(members_of(io::to_zip(members))) == value,
          "written and read again, the archive holds something else");
  return value;
}

std::vector<Seed> seeds() {
  std::vector<Seed> seeds = golden_seeds("zip.json", SeedKind::kChecksummed);
  const std::vector<io::ZipMember> members = {{"a/b.txt", bytes_of("text")}, {"é", {}}};
  seeds.push_back({"ours", io::to_zip(members), SeedKind::kChecksummed});
  return seeds;
}

}  // namespace

const Target& target() {
  static const Target zip = {kWhere, read, seeds};
  return zip;
}

}  // namespace regulus::fuzz
