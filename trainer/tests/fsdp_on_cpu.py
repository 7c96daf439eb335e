"""The trainer under FSDP on a machine without a GPU, for test_train.py: accelerate shards models on accelerators alone,
and on a CPU would copy them (DDP) without a word."""

import sys

from accelerate.state import AcceleratorState, DistributedType, PartialState

original = AcceleratorState.__init__


def shard(self, *args, fsdp_plugin=None, **options):
    original(self, *args, fsdp_plugin=fsdp_plugin, **options)
    if fsdp_plugin is not None and self.distributed_type == DistributedType.MULTI_CPU:
        if self._mixed_precision != "no":
            fsdp_plugin.set_mixed_precision(self._mixed_precision)
        self.distributed_type = DistributedType.FSDP
        self.fsdp_plugin = fsdp_plugin
        PartialState._shared_state["distributed_type"] = self.distributed_type


AcceleratorState.__init__ = shard

if __name__ == "__main__":
    from stream_aligner_trainer.train import main

    sys.exit(main())
