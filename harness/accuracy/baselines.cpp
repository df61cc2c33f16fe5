// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/accuracy/baselines.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "emulator/dispatch/transfer.h"
#include "isa/encoding/division.h"

namespace bmemu::harness {
namespace {

namespace x = isa::bm1684x;
namespace a = isa::bm1684;

template <class T>
bool looks_up(const T& f) {
  return isa::is_division(f) || std::is_same_v<T, x::Sg> || std::is_same_v<T, x::Sfu> || std::is_same_v<T, a::Lut> ||
         std::is_same_v<T, a::MdSfu>;
}

template <class T>
double results(const T& f) {
  return double(f.res0_n) * double(f.res0_c) * double(f.res0_h) * double(f.res0_w);
}

void add(ProgramWork& work, const isa::Instruction& instruction, const isa::ChipSpec& chip) {
  if (const auto m = macs_of(instruction)) {
    work.peak_ms += m->count / peak_macs_per_cycle(m->type, chip) / chip.tiu.clock_mhz / 1000;
    return;
  }
  isa::visit_instruction(
      [&](const auto& f) {
        using T = std::decay_t<decltype(f)>;
        if constexpr (isa::kIsTiu<T> && !std::is_same_v<T, x::SysId>) {
          work.elements += results(f);
          if (looks_up(f)) work.table_results += results(f);
        }
      },
      instruction);
}

constexpr Eigen::Index kTerms = 4;
using Terms = Eigen::Matrix<double, 1, kTerms>;

Terms terms(const ProgramWork& work) { return Terms(work.peak_ms, work.dma_bytes / 1e6, 1, work.elements / 1e6); }

/// Least squares of `m` c = 1 with no coefficient below 0: the best of the solutions on subsets of the columns.
Eigen::VectorXd least_squares(const Eigen::MatrixXd& m, const Eigen::VectorXd& right) {
  Eigen::VectorXd best = Eigen::VectorXd::Zero(kTerms);
  double least = right.squaredNorm();
  for (unsigned subset = 1; subset < 1U << kTerms; ++subset) {
    std::vector<Eigen::Index> columns;
    for (Eigen::Index k = 0; k < kTerms; ++k)
      if ((subset >> k & 1U) != 0) columns.push_back(k);
    const Eigen::VectorXd part = m(Eigen::all, columns).colPivHouseholderQr().solve(right);
    if (part.minCoeff() < 0) continue;
    Eigen::VectorXd whole = Eigen::VectorXd::Zero(kTerms);
    for (std::size_t k = 0; k < columns.size(); ++k) whole[columns[k]] = part[Eigen::Index(k)];
    const double error = (m * whole - right).squaredNorm();
    if (error < least) {
      least = error;
      best = whole;
    }
  }
  return best;
}

/// Least squares see every outlier; without these factors the rows that our fit shrugs off would ruin this one.
double weight(const PublishedRow& row) {
  constexpr double kTransformer = 0.05, kOutpaced = 0.3;
  return row.weight * (row.is_transformer() ? kTransformer : 1) * (row.is_outpaced() ? kOutpaced : 1);
}

}  // namespace

double matrix_share(const isa::Program& program) {
  double all = 0, matrix = 0;
  for_each_product(program, [&](const isa::Instruction& instruction, const Macs& macs) {
    const bool convolves = isa::visit_instruction(
        [](const auto& f) {
          using T = std::decay_t<decltype(f)>;
          return std::is_same_v<T, x::Conv> || std::is_same_v<T, a::Conv>;
        },
        instruction);
    all += macs.count;
    if (!convolves) matrix += macs.count;
  });
  return all > 0 ? matrix / all : 0;
}

double table_share(const ProgramWork& work) { return work.table_results / std::max(work.elements, 1.0); }

bool has_relu_alone(const ProgramWork& work) {
  constexpr double kTableShare = 0.08;
  return table_share(work) < kTableShare;
}

ProgramWork work_of(const isa::Program& program, const isa::ChipSpec& chip) {
  ProgramWork work;
  for (const auto& group : program.groups) {
    for (std::size_t i = 0; i < group.tiu.commands.size(); ++i) add(work, group.tiu.decode(program.family, i), chip);
    for (std::size_t i = 0; i < group.gdma.commands.size(); ++i) {
      const auto moved = emulator::transfer(group.gdma.decode(program.family, i), chip);
      if (moved.direction != emulator::Direction::kL2L) work.dma_bytes += double(moved.bytes);
    }
  }
  return work;
}

std::vector<ProgramWork> work_of(const std::vector<std::shared_ptr<const LoadedProgram>>& programs,
                                 const isa::ChipSpec& chip) {
  std::vector<ProgramWork> work;
  work.reserve(programs.size());
  for (const auto& program : programs) work.push_back(work_of(program->with({}), chip));
  return work;
}

double roofline_ms(const ProgramWork& work, const isa::ChipSpec& chip) {
  return std::max(work.peak_ms, work.dma_bytes / chip.ddr.peak_gb_per_s() / 1e6);
}

std::vector<double> linear_model_ms(const std::vector<PublishedRow>& rows, const std::vector<ProgramWork>& work) {
  std::vector<double> result(rows.size(), 0);
  for (std::size_t out = 0; out < rows.size(); ++out) {
    std::vector<std::size_t> known;
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (rows[i].type == rows[out].type && rows[i].fold() != rows[out].fold() && rows[i].weight > 0)
        known.push_back(i);
    if (Eigen::Index(known.size()) < kTerms) continue;
    Eigen::MatrixXd m(Eigen::Index(known.size()), kTerms);
    Eigen::VectorXd right(Eigen::Index(known.size()));
    for (std::size_t k = 0; k < known.size(); ++k) {
      const auto& row = rows[known[k]];
      m.row(Eigen::Index(k)) = terms(work[known[k]]) * (weight(row) / row.published_ms);
      right[Eigen::Index(k)] = weight(row);
    }
    result[out] = terms(work[out]) * least_squares(m, right);
  }
  return result;
}

}  // namespace bmemu::harness
