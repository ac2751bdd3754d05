import Core
import Testing

/// What batch engines set, as they document it.
struct ShardEnvironmentTests {
  @Test(arguments: [
    (["RELAYMARK_SHARD": "2", "RELAYMARK_SHARDS": "3"], "2/3"),
    (["JOB_COMPLETION_INDEX": "0", "RELAYMARK_SHARDS": "4"], "1/4"),
    (["JOB_COMPLETION_INDEX": "3", "RELAYMARK_SHARDS": "4", "RELAYMARK_SHARD": ""], "4/4"),
    (array(3, 0...7), "4/8"), (array(1, 1...2), "1/2"), (array(30, 10...50, step: 10), "3/5"),
    // A job of an array has one task, in its script and in a step of it.
    (array(2, 1...3, and: ["SLURM_PROCID": "0", "SLURM_NTASKS": "1"]), "2/3"),
    (array(2, 1...3, and: step(0, 1)), "2/3"),
    // A script that is one job of an array says nothing with its tasks.
    (array(2, 1...3, and: ["SLURM_PROCID": "0", "SLURM_NTASKS": "5"]), "2/3"),
    (step(2, 3), "3/3"), (step(0, 1), "1/1"),
    (["SLURM_PROCID": "1", "SLURM_NTASKS": "2", "SLURM_STEPID": "0"], "2/2"),
    (array(2, 1...3, and: ["RELAYMARK_SHARDS": "3"]), "2/3"),
    (array(2, 1...3, and: ["RELAYMARK_SHARDS": "3", "RELAYMARK_SHARD": "2"]), "2/3"),
  ])
  func told(variables: [String: String], shard: String) throws {
    #expect(try ShardEnvironment.shard(variables).description == shard)
  }

  @Test(arguments: [
    ([:], "nothing says which shard"), (["RELAYMARK_SHARDS": "3"], "nothing says which shard"),
    (["RELAYMARK_SHARD": "2"], "RELAYMARK_SHARD=2 is set without RELAYMARK_SHARDS"),
    (["JOB_COMPLETION_INDEX": "0"], "JOB_COMPLETION_INDEX=0 is set without RELAYMARK_SHARDS"),
    (
      ["JOB_COMPLETION_INDEX": "4", "RELAYMARK_SHARDS": "4"],
      "JOB_COMPLETION_INDEX=4 of RELAYMARK_SHARDS=4: there is no such shard; numbers go from 0"
    ),
    (["RELAYMARK_SHARD": "0", "RELAYMARK_SHARDS": "4"], "numbers go from 1"),
    (["RELAYMARK_SHARD": "2", "RELAYMARK_SHARDS": "0"], "there is no such shard"),
    (["RELAYMARK_SHARD": "two", "RELAYMARK_SHARDS": "4"], "RELAYMARK_SHARD is \"two\""),
    (["JOB_COMPLETION_INDEX": "-1", "RELAYMARK_SHARDS": "4"], "JOB_COMPLETION_INDEX is \"-1\""),
    (["RELAYMARK_SHARD": "1", "RELAYMARK_SHARDS": "20000"], "at most 10000 machines"),
    (["SLURM_ARRAY_TASK_ID": "1"], "without SLURM_ARRAY_TASK_MIN and SLURM_ARRAY_TASK_COUNT"),
    (
      [
        "SLURM_ARRAY_TASK_ID": "7", "SLURM_ARRAY_TASK_MIN": "1", "SLURM_ARRAY_TASK_MAX": "7",
        "SLURM_ARRAY_TASK_COUNT": "3", "SLURM_ARRAY_TASK_STEP": "1",
      ], "the array has gaps"
    ),
    (["SLURM_PROCID": "0", "SLURM_NTASKS": "4"], "start relaymark with srun"),
    (array(2, 1...3, and: step(1, 2)), "says shard 2/3 and SLURM_PROCID=1"),
    (
      array(2, 1...3, and: ["RELAYMARK_SHARDS": "3", "RELAYMARK_SHARD": "1"]),
      "RELAYMARK_SHARD=1 of RELAYMARK_SHARDS=3 says shard 1/3"
    ),
    (array(2, 1...3, and: ["RELAYMARK_SHARDS": "4"]), "there are 3 shards, and RELAYMARK_SHARDS=4"),
    (
      ["RELAYMARK_SHARD": "2", "RELAYMARK_SHARDS": "4", "JOB_COMPLETION_INDEX": "2"],
      "says shard 2/4 and JOB_COMPLETION_INDEX=2 of RELAYMARK_SHARDS=4 says shard 3/4"
    ),
  ])
  func notTold(variables: [String: String], message: String) {
    let error = #expect(throws: ShardEnvironment.Problem.self) {
      try ShardEnvironment.shard(variables)
    }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }
}

private func array(
  _ own: Int, _ range: ClosedRange<Int>, step: Int = 1, and more: [String: String] = [:]
) -> [String: String] {
  [
    "SLURM_ARRAY_TASK_ID": "\(own)", "SLURM_ARRAY_TASK_MIN": "\(range.lowerBound)",
    "SLURM_ARRAY_TASK_MAX": "\(range.upperBound)", "SLURM_ARRAY_TASK_STEP": "\(step)",
    "SLURM_ARRAY_TASK_COUNT": "\((range.upperBound - range.lowerBound) / step + 1)",
  ].merging(more) { $1 }
}

/// As srun sets them for a task.
private func step(_ own: Int, _ count: Int) -> [String: String] {
  [
    "SLURM_PROCID": "\(own)", "SLURM_NTASKS": "\(count)", "SLURM_STEP_NUM_TASKS": "\(count)",
    "SLURM_STEP_ID": "0", "SLURM_STEPID": "0",
  ]
}
