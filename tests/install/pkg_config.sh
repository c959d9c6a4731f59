# SPDX-License-Identifier: Apache-2.0
# usage: pkg_config.sh COMPILER LIBRARY_FOLDER SOURCE; PKG_CONFIG_PATH says where regulus.pc lies
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
flags=$(pkg-config --cflags --libs regulus)
# The flags are words, and -l must come after the source.
# shellcheck disable=SC2086
"$1" -std=c++20 "$3" $flags -Wl,-rpath,"$2" -o "$folder/my_program"
"$folder/my_program"
