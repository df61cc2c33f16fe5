// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "runtime/bmrt/model_runtime.h"

#include <fmt/format.h>

#include "runtime/interface/messages.h"

namespace bmemu::runtime {
namespace {

constexpr int kStaticNetworkApi = 110;  ///< BM1684
constexpr const char* kStaticNetworkFunction = "sg_api_multi_fullnet";

std::string names_of(const std::list<LoadedNetwork>& networks) {
  std::string names;
  for (const LoadedNetwork& network : networks)
    names += fmt::format("{}\"{:.200}\"", names.empty() ? "" : ", ", network.name());
  return names.empty() ? "none: no BModel was loaded" : names;
}

}  // namespace

ModelRuntime::ModelRuntime(Handle* handle) : handle_(handle) {
  unsigned chip = 0;
  require_ok(bm_get_chipid(handle, &chip), "bm_get_chipid");
  if (chip == kChipIdBm1684) {
    family_ = isa::Family::kBm1684;
    return;
  }
  void* const module = tpu_kernel_load_module(handle, "", 0);
  function_ = tpu_kernel_get_function(handle, module, kStaticNetworkFunction);
}

void ModelRuntime::load(const isa::BModel& model) {
  if (model.family() != family_)
    throw Error({"E-RUNTIME-NETWORK", model.source(), isa::name(model.family()).data(), isa::name(family_).data(),
                 "the BModel was compiled for another chip than the device is"});
  if (model.networks().empty())
    throw Error({"E-RUNTIME-NETWORK", model.source(), "no network", "at least one", "the BModel holds no network"});
  const std::lock_guard lock(mutex_);
  LoadedWeights weights;
  std::list<LoadedNetwork> loaded;
  for (const isa::BModelNetwork& network : model.networks()) {
    bool is_known = false;
    for (const auto* known : {&networks_, &loaded})
      for (const LoadedNetwork& other : *known) is_known = is_known || other.name() == network.name;
    if (is_known)
      tell(Blame::kClient, model.source(),
           fmt::format("a network \"{:.200}\" was loaded before: this one is left out", network.name));
    else
      loaded.emplace_back(handle_, model, network, weights);
  }
  networks_.splice(networks_.end(), loaded);
}

std::vector<const LoadedNetwork*> ModelRuntime::networks() const {
  const std::lock_guard lock(mutex_);
  std::vector<const LoadedNetwork*> result;
  for (const LoadedNetwork& network : networks_) result.push_back(&network);
  return result;
}

const LoadedNetwork* ModelRuntime::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  for (const LoadedNetwork& network : networks_)
    if (network.name() == name) return &network;
  return nullptr;
}

const LoadedNetwork& ModelRuntime::network(const std::string& name) const {
  if (const LoadedNetwork* const found = find(name)) return *found;
  const std::lock_guard lock(mutex_);
  throw Error({"E-RUNTIME-NETWORK", "network", fmt::format("\"{:.200}\"", name), names_of(networks_),
               "no such network was loaded"});
}

void ModelRuntime::launch(const std::string& name, const Tensor* inputs, int input_count, Tensor* outputs,
                          int output_count, bool has_memory, bool has_modes) const {
  const LoadedNetwork& called = network(name);
  if (!has_memory)
    for (int i = 0; i < output_count; ++i) outputs[i].memory = {};
  try {
    send(called.launch_message(inputs, input_count, outputs, output_count, has_memory, has_modes));
  } catch (...) {
    for (int i = 0; i < output_count && !has_memory; ++i) {
      if (outputs[i].memory.address != 0) bm_free_device(handle_, outputs[i].memory);
      outputs[i].memory = {};
    }
    throw;
  }
}

void ModelRuntime::send(const LaunchMessage& launch) const {
  std::vector<std::uint8_t> message = write_launch(family_, launch);
  if (family_ == isa::Family::kBm1684)
    require_ok(bm_send_api(handle_, kStaticNetworkApi, message.data(), static_cast<std::uint32_t>(message.size())),
               "bm_send_api");
  else
    require_ok(tpu_kernel_launch_async(handle_, function_, message.data(), message.size()), "tpu_kernel_launch_async");
}

}  // namespace bmemu::runtime
