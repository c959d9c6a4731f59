// SPDX-License-Identifier: Apache-2.0
#include "regulus/base/version.h"

#include <curl/curl.h>
#include <libdeflate.h>
#include <openssl/crypto.h>
#include <zip.h>
#include <zlib.h>

#include <CLI/Version.hpp>

#include "cli/command.h"
#include "regulus/runtime/isa.h"
#include "regulus/runtime/team.h"

namespace regulus::cli {
namespace {

std::string isas() {
  std::string text(name(runtime::active_isa()));
  text += " (available:";
  for (const runtime::Isa isa : runtime::available_isas()) text += ' ' + std::string(name(isa));
  return text + ")";
}

}  // namespace

std::string version_text() {
  std::string text = "regulus " + std::string(version()) + '\n';
  text += "instruction set: " + isas() + '\n';
  text += "threads: " + std::to_string(runtime::num_threads()) + '\n';
  text += "libraries: CLI11 " CLI11_VERSION ", libcurl " +
          std::string(curl_version_info(CURLVERSION_NOW)->version) + ", OpenSSL " +
          OpenSSL_version(OPENSSL_VERSION_STRING) + ", libdeflate " LIBDEFLATE_VERSION_STRING ", libzip " +
          zip_libzip_version() + ", zlib " + zlibVersion() + '\n';
#ifndef __OPTIMIZE__
  text += "built without optimisation: slow, for debugging only\n";
#endif
  return text;
}

}  // namespace regulus::cli
