// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "regulus/data/dataset.h"

namespace regulus::datasets {

/// `auto [train, test] = …`. Each one's info() says where it came from.
struct TrainTest {
  Dataset train;
  Dataset test;
};

/// Bytes of `file` received so far and in all (0: not known).
using DownloadProgress =
    std::function<void(const std::string& file, std::int64_t received, std::int64_t total)>;

struct LoadOptions {
  std::string directory = {};  ///< look here only; an error if the files are not there
  bool allow_download = true;
  bool allow_embedded = true;
  DownloadProgress on_progress = {};
};

namespace fashion_mnist {

/// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 60,000 + 10,000 images [28, 28] uint8, ten classes.
/// Looks, in this order, in options.directory, $REGULUS_DATA, Keras's cache
/// (~/.keras/datasets/fashion-mnist), regulus's cache (${XDG_CACHE_HOME:-~/.cache}/regulus/datasets/
/// fashion-mnist), then downloads into the latter from ${REGULUS_DATASETS_URL:-the official address}
/// with sha256 checked, and if no network answers gives the embedded garments() instead; info().note
/// then says why. Files may be packed (NAME.gz) or plain.
/// What was named but does not keep its word is an error, not a reason to look on: a folder that lacks
/// the files, an address in REGULUS_DATASETS_URL that refuses them. So are malformed files wherever they
/// lie, wrong bytes and broken downloads. Throws IoError, or DataError for a malformed file.
TrainTest load_data(const LoadOptions& options = {});

}  // namespace fashion_mnist

/// The embedded default: ten classes of grey garments drawn from a counter-based generator, the
/// same bytes on every machine; num_train + num_test images [28, 28].
TrainTest garments(std::uint64_t seed = 0, std::int64_t num_train = 60000, std::int64_t num_test = 10000);

}  // namespace regulus::datasets
