// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/data.h"
#include "cli/model.h"
#include "cli/profile.h"
#include "cli/transcript.h"

namespace regulus::cli {

struct NotebookOptions {
  DataOptions data;
  std::int64_t epochs = 2;
  MonteCarlo mc = {.samples = 100};
  std::int64_t rows = 0;
};

/// What the JSON document reports, gathered on the way.
struct Figures {
  History history;
  Prediction plain;
  Prediction mc;
  std::string weights_sha256;
};

/// The notebook, a member function a cell, printing what its cells print.
class Notebook {
 public:
  Notebook(const NotebookOptions& options, const Common& common, Notes& notes);
  Figures run();
  const SplitData& data() const { return data_; }
  const Profiling& profiling() const { return profiling_; }

 private:
  void scale();
  void penalties();
  void dropout();
  Sequential alpha_dropout();
  void monte_carlo(const Sequential& model);
  void monte_carlo_twin(const Sequential& model);
  void max_norm();
  void comparison();

  void seed() const;
  void compile(Sequential& model) const;
  History train(Sequential& model, const Dataset& rows, bool validate = true);
  std::string epochs() const { return "epochs=" + std::to_string(options_.epochs); }

  const NotebookOptions& options_;
  const Common& common_;
  SplitData data_;
  Transcript paper_;
  Profiling profiling_;
  Dataset train_;  // scaled, as the next three
  Dataset valid_;
  Dataset test_;
  Dataset first_test_row_;
  Figures figures_;
};

}  // namespace regulus::cli
