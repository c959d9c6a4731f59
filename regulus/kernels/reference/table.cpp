// SPDX-License-Identifier: Apache-2.0
#include "regulus/kernels/table.h"

#include "regulus/kernels/reference/families.h"

namespace regulus::kernels {
namespace {

template <class T>
Table<T> make_table() {
  Table<T> table{};
  reference::add_matmul(table);
  reference::add_activations(table);
  reference::add_softmax(table);
  reference::add_masks(table);
  reference::add_gather(table);
  reference::add_pool(table);
  reference::add_penalties(table);
  reference::add_updates(table);
  reference::add_constraints(table);
  reference::add_cross_entropies(table);
  reference::add_regression_losses(table);
  reference::add_moments(table);
  reference::add_columns(table);
  reference::add_convolution(table);
  return table;
}

}  // namespace

template <class T>
const Table<T>& reference_table() {
  static const Table<T> table = make_table<T>();
  return table;
}

template const Table<float>& reference_table<float>();
template const Table<double>& reference_table<double>();

}  // namespace regulus::kernels
