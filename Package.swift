// swift-tools-version: 6.3
// One package, one module per layer; imports go down only (Sources/README.md has the map).
import PackageDescription

let settings: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
let library: [SwiftSetting] = settings + [.strictMemorySafety()]

let package = Package(
    name: "dealsh",
    products: [
        .executable(name: "dealsh", targets: ["dealsh"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .target(name: "CSystem"),
        .target(name: "CLibedit"),
        .target(name: "Values", swiftSettings: library, linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Language", dependencies: ["Values"], swiftSettings: library),
        .target(name: "Engine", dependencies: ["CSystem", "Values"], swiftSettings: library),
        .target(
            name: "Storage", dependencies: ["CSystem", "Engine", "Values"],
            exclude: ["Snapshot-format.md", "Journal-format.md"],
            swiftSettings: library),
        .target(
            name: "Pipeline", dependencies: ["Engine", "Values"], exclude: ["Forecast/README.md"],
            swiftSettings: library),
        .target(
            name: "Query", dependencies: ["Language", "Engine", "Pipeline", "Values"], swiftSettings: library),
        .target(
            name: "Shell",
            dependencies: ["CLibedit", "CSystem", "Language", "Engine", "Pipeline", "Query", "Storage", "Values"],
            swiftSettings: library),
        .executableTarget(
            name: "dealsh",
            dependencies: ["Shell", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings),
        .executableTarget(
            name: "BenchmarkRunner",
            dependencies: ["Language", "Query", "Pipeline", "Engine", "Storage", "Values"], path: "Benchmarks/Runner",
            swiftSettings: settings),
        .testTarget(name: "ValuesTests", dependencies: ["Values"], swiftSettings: settings),
        .testTarget(name: "LanguageTests", dependencies: ["Language", "Values"], swiftSettings: settings),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "Values"], swiftSettings: settings),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "Engine", "Values"], swiftSettings: settings),
        .testTarget(
            name: "PipelineTests", dependencies: ["Pipeline", "Engine", "Storage", "Values"], swiftSettings: settings),
        .testTarget(
            name: "QueryTests", dependencies: ["Query", "Language", "Pipeline", "Engine", "Storage", "Values"],
            swiftSettings: settings),
        .target(
            name: "FuzzTargets", dependencies: ["Language", "Pipeline", "Engine", "Storage", "Values"],
            path: "Tests/FuzzTargets", swiftSettings: settings),
        .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: settings),
        .target(name: "CPseudoTerminal", path: "Tests/CPseudoTerminal"),
        .executableTarget(
            name: "PromptProbe", dependencies: ["Shell"], path: "Tests/PromptProbe", swiftSettings: settings),
        .executableTarget(name: "MemoryProbe", path: "Tests/MemoryProbe", swiftSettings: settings),
        .testTarget(
            name: "ShellTests",
            dependencies: [
                "CPseudoTerminal", "FuzzTargets", "MemoryProbe", "PromptProbe", "Shell", "Query", "Storage", "Engine",
                "Values",
            ],
            swiftSettings: settings),
    ]
)
