// swift-tools-version: 6.2
import PackageDescription

/// What every target is held to (README, "Architecture").
let common: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  // Two accesses to one variable that overlap are found in debug builds, in which all tests run; to
  // look for them at every access of a class's member costs a proxy a third of its own time.
  .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// Pure targets decide and never touch the outside world.
let pure: [SwiftSetting] = common + [.strictMemorySafety()]

let package = Package(
  name: "relaymark",
  products: [.executable(name: "relaymark", targets: ["relaymark"])],
  targets: [
    .systemLibrary(
      name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "CLinux"),
    .target(name: "Core", swiftSettings: pure),
    .target(name: "Stats", swiftSettings: pure),
    .target(name: "Wire", dependencies: ["Core"], swiftSettings: pure),
    .target(name: "Judging", dependencies: ["Core", "Stats", "Wire"], swiftSettings: pure),
    .target(
      name: "Reporting", dependencies: ["Core", "Stats"],
      resources: [.embedInCode("Assets/report.css")], swiftSettings: pure),
    .target(name: "Platform", dependencies: ["CCurl", "CLinux", "Core"], swiftSettings: common),
    .target(
      name: "Harness", dependencies: ["Platform", "Wire", "Judging", "Stats", "Core"],
      swiftSettings: common),
    .executableTarget(
      name: "relaymark",
      dependencies: ["Harness", "Reporting", "Judging", "Platform", "Wire", "Core"],
      resources: [.embedInCode("Assets/quickstart.json5")], swiftSettings: common,
      // The toolchain's own lld: the default linker warns of a call inside static Foundation.
      linkerSettings: [.unsafeFlags(["-use-ld=lld"], .when(configuration: .release))]),
    .executableTarget(
      name: "relaymark-bench", dependencies: ["Platform", "TestSupport", "Stats", "Core"],
      path: "Sources/Bench", swiftSettings: common,
      linkerSettings: [.unsafeFlags(["-use-ld=lld"], .when(configuration: .release))]),
    .target(
      name: "TestSupport", dependencies: ["Judging", "Wire", "Stats", "Core"],
      path: "Tests/TestSupport", swiftSettings: common),
    test("CoreTests", ["Core"]),
    test("StatsTests", ["Stats", "Core"]),
    test("WireTests", ["Wire", "Core"]),
    test("JudgingTests", ["Judging", "Wire", "Stats", "Core"]),
    test("ReportingTests", ["Reporting", "Judging", "Stats", "Core"], exclude: ["Golden"]),
    test("PlatformTests", ["Platform", "Core"]),
    test("SimulationTests", ["Harness", "Judging", "Platform", "Wire", "Core"]),
    test("EndToEndTests", ["Harness", "Judging", "Platform", "Wire", "Core", "relaymark"]),
    test("ScenarioTests", ["Core", "Wire"]),
    test("TidyTests", []),
  ]
)

func test(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude,
    swiftSettings: common)
}
