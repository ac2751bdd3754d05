/// Which of several machines this is, as batch engines tell it in environment variables.
///
/// Every way of telling that is complete must say the same; what is only half there, or says two
/// things, is refused, since a wrong guess would send a part of the plan twice and another never.
package enum ShardEnvironment {
  /// Why the variables do not tell, in words that name them.
  package struct Problem: Error, Hashable, Sendable {
    package var message: String
  }

  /// How many machines there are, where an engine does not tell: the `completions` of a Job.
  package static let count = "RELAYMARK_SHARDS"
  /// Which of them this is, from 1.
  package static let index = "RELAYMARK_SHARD"

  package static func shard(_ environment: [String: String]) throws(Problem) -> Shard {
    let variables = environment.filter { !$0.value.isEmpty }
    let told = [
      try plain(variables), try kubernetes(variables), try array(variables), try step(variables),
    ].compactMap(\.self)
    // One task by itself says nothing when the others are elsewhere.
    let telling = told.contains { $0.shard.count > 1 } ? told.filter { $0.shard.count > 1 } : told
    guard let first = telling.first else {
      throw Problem(
        message: "nothing says which shard this is: neither JOB_COMPLETION_INDEX (Kubernetes), "
          + "SLURM_ARRAY_TASK_ID or SLURM_PROCID (Slurm), nor \(index) is set; give --shard=I/N")
    }
    if let other = telling.first(where: { $0.shard != first.shard }) {
      throw Problem(
        message: "\(first.source) says shard \(first.shard) and \(other.source) says shard "
          + "\(other.shard); give --shard=I/N")
    }
    if let given = variables[count], let number = try number(count, variables),
      number != first.shard.count
    {
      throw Problem(
        message: "\(first.source) says that there are \(first.shard.count) shards, and "
          + "\(count)=\(given); unset one of them or give --shard=I/N")
    }
    return first.shard
  }

  private struct Told {
    var shard: Shard
    /// The variables that say so.
    var source: String
  }

  private static func plain(_ variables: [String: String]) throws(Problem) -> Told? {
    guard let own = try number(index, variables) else { return nil }
    guard let all = try number(count, variables) else {
      throw Problem(message: "\(index)=\(own) is set without \(count), the number of shards")
    }
    return try told(own, of: all, "\(index)=\(own) of \(count)=\(all)", "from 1 to \(count)")
  }

  /// Indexed Jobs (Kubernetes, "Indexed Job for Parallel Processing with Static Work Assignment"):
  /// the index is from 0 and the number of completions is not told.
  private static func kubernetes(_ variables: [String: String]) throws(Problem) -> Told? {
    let name = "JOB_COMPLETION_INDEX"
    guard let own = try number(name, variables) else { return nil }
    guard let all = try number(count, variables) else {
      throw Problem(
        message: "\(name)=\(own) is set without \(count): set it in the manifest to the Job's "
          + "completions")
    }
    return try told(
      own + 1, of: all, "\(name)=\(own) of \(count)=\(all)", "from 0 to below \(count)")
  }

  /// Job arrays (sbatch(1), "OUTPUT ENVIRONMENT VARIABLES"): any range, with any step.
  private static func array(_ variables: [String: String]) throws(Problem) -> Told? {
    let name = "SLURM_ARRAY_TASK_ID"
    guard let own = try number(name, variables) else { return nil }
    let needed = ["SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_COUNT"]
    guard let least = try number(needed[0], variables), let all = try number(needed[1], variables)
    else {
      let missing = needed.filter { variables[$0] == nil }.joined(separator: " and ")
      throw Problem(message: "\(name)=\(own) is set without \(missing), which Slurm sets with it")
    }
    let step = try number("SLURM_ARRAY_TASK_STEP", variables) ?? 1
    let most = try number("SLURM_ARRAY_TASK_MAX", variables) ?? least + (all - 1) * step
    let source = "\(name)=\(own) of \(needed[0])=\(least) and \(needed[1])=\(all)"
    guard step > 0, all > 0, least <= own, own <= most, (own - least) % step == 0,
      (most - least) / step + 1 == all
    else {
      throw Problem(
        message: "\(source): the array has gaps, so that its numbers do not count the shards; "
          + "submit it as --array=1-N, or give --shard=I/N")
    }
    return try told((own - least) / step + 1, of: all, source, "within the array")
  }

  /// Steps of srun(1): every task runs the program. In a batch script, which runs once for all its
  /// tasks, SLURM_PROCID and SLURM_NTASKS are set too.
  private static func step(_ variables: [String: String]) throws(Problem) -> Told? {
    let name = "SLURM_PROCID"
    guard let own = try number(name, variables) else { return nil }
    let counting = "SLURM_STEP_NUM_TASKS"
    let every = "SLURM_NTASKS"
    let isStep = variables["SLURM_STEP_ID"] != nil || variables["SLURM_STEPID"] != nil
    let inner = try number(counting, variables)
    let outer = try number(every, variables)
    guard let all = inner ?? outer else { return nil }
    guard isStep || all == 1 else {
      // The array says it all if there is one.
      if variables["SLURM_ARRAY_TASK_ID"] != nil { return nil }
      throw Problem(
        message: "this is a batch script, which runs once for all of its \(every)=\(all) tasks: "
          + "start relaymark with srun in it, or give --shard=I/N")
    }
    let source = "\(name)=\(own) of \(inner == nil ? every : counting)=\(all)"
    return try told(own + 1, of: all, source, "from 0 to below the number of tasks")
  }

  private static func told(_ own: Int, of all: Int, _ source: String, _ range: String)
    throws(Problem) -> Told
  {
    guard let shard = Shard(index: own, count: all) else {
      throw Problem(
        message: all > Limits.shards
          ? "\(source): at most \(Limits.shards) machines can share a run"
          : "\(source): there is no such shard; numbers go \(range)")
    }
    return Told(shard: shard, source: source)
  }

  /// Nil if the variable is not set.
  private static func number(_ name: String, _ variables: [String: String]) throws(Problem) -> Int?
  {
    guard let text = variables[name] else { return nil }
    guard let number = Shard.number(text), number <= Int(Int32.max) else {
      throw Problem(message: "\(name) is \"\(text.prefix(40))\", which is no number of a shard")
    }
    return number
  }
}
