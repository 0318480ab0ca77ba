// swift-tools-version: 6.2
import PackageDescription

// Targets stand lowest first; each may import only what its `dependencies` name. docs/ARCHITECTURE.md says why.

/// For the few targets that own pointers: no exclusivity checks, no bounds checks in release builds.
let hotLoop: [SwiftSetting] = [
    .unsafeFlags(["-Ounchecked", "-enforce-exclusivity=unchecked"], .when(configuration: .release))
]
/// For every other target: an unmarked use of an unsafe construct does not compile.
let safe: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatWarning("StrictMemorySafety", as: .error),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "lockstitch",
    products: [
        .executable(name: "lockstitch", targets: ["lockstitch"]),
        .library(name: "Parquet", targets: ["Parquet"]),
        .library(name: "LogsQL", targets: ["LogsQL"]),
    ],
    traits: [
        .trait(name: "S3", description: "Backups to S3 and servers like it; brings a TLS library."),
        .default(enabledTraits: ["S3"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // Bottom: no knowledge of logs.
        .target(name: "CScan"),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "SystemIO", swiftSettings: safe),
        .target(name: "Kernels", dependencies: ["CScan"], swiftSettings: hotLoop),
        .target(name: "Records", dependencies: ["Kernels"], swiftSettings: safe),
        .target(
            name: "ConfigurationFiles", dependencies: [.product(name: "Yams", package: "Yams")], swiftSettings: safe),

        // Write path: stages that do not know each other.
        .target(
            name: "Receivers", dependencies: ["Records", "Kernels", "SystemIO", nioCore, nioPosix],
            swiftSettings: safe),
        .target(
            name: "Parsing",
            dependencies: [
                "ConfigurationFiles", "Records", "Kernels", .product(name: "Yams", package: "Yams"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: safe),
        .target(name: "Sampling", dependencies: ["Records", "SystemIO"], swiftSettings: safe),
        .target(name: "Stitching", dependencies: ["Records", "Kernels"], swiftSettings: safe),

        // Storage.
        .target(name: "WriteAheadLog", dependencies: ["Records", "Kernels", "SystemIO"], swiftSettings: safe),
        .target(name: "Parquet", dependencies: ["CZlib", "CZstd", "Kernels"], swiftSettings: safe),
        .target(
            name: "Catalog",
            dependencies: [
                "SystemIO", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: safe),
        .target(
            name: "Storage",
            dependencies: ["Records", "Kernels", "SystemIO", "WriteAheadLog", "Parquet", "Catalog", "Stitching"],
            swiftSettings: safe),

        .target(
            name: "S3",
            dependencies: [
                "Records", nioCore, nioHTTP1, .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: .when(traits: ["S3"])),
            ],
            swiftSettings: safe),
        .target(
            name: "Backup",
            dependencies: [
                "Records", "SystemIO", "Storage", .product(name: "Crypto", package: "swift-crypto"),
                .target(name: "S3", condition: .when(traits: ["S3"])),
            ],
            swiftSettings: safe),

        // Read path.
        .target(name: "LogsQL", swiftSettings: safe),
        .target(name: "QueryEngine", dependencies: ["LogsQL", "Records", "Storage", "Stitching", "Kernels"], swiftSettings: safe),
        .target(name: "Traces", dependencies: ["Records", "Storage", "Stitching"], swiftSettings: safe),

        // Assembly: the only places that know the order.
        .target(
            name: "Collector",
            dependencies: [
                "Receivers", "Parsing", "Sampling", "Storage", "Records", "SystemIO", "WriteAheadLog", logging, nioCore,
                nioPosix,
            ],
            swiftSettings: safe),
        .target(
            name: "HTTPAPI",
            dependencies: [
                "Catalog", "Collector", "LogsQL", "Parsing", "QueryEngine", "Receivers", "Records", "Storage", "SystemIO", "Traces",
                logging, nioCore, nioPosix, .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: safe),
        .target(
            name: "Shipping", dependencies: ["Records", "Kernels", "SystemIO", nioCore, nioPosix], swiftSettings: safe),
        .executableTarget(
            name: "lockstitch",
            dependencies: [
                "Backup", "Collector", "ConfigurationFiles", "HTTPAPI", "Kernels", "LogsQL", "Parquet", "Parsing", "Records",
                "Shipping", "Storage", "SystemIO", logging, argumentParser, nioCore, nioHTTP1, nioPosix,
                .target(name: "S3", condition: .when(traits: ["S3"])),
            ],
            swiftSettings: safe),

        // Not shipped.
        .target(name: "TestSupport", dependencies: ["SystemIO", "Records"], swiftSettings: safe),
        .target(name: "FuzzSupport", dependencies: ["Parsing", "Records", "TestSupport"], swiftSettings: safe),
        .executableTarget(
            name: "Fuzz", dependencies: ["FuzzSupport", "Kernels", "Parsing", "TestSupport", argumentParser],
            swiftSettings: safe),
        .executableTarget(
            name: "Benchmarks",
            dependencies: ["Catalog", "LogsQL", "Parsing", "QueryEngine", "Records", "Storage", "Traces", argumentParser],
            path: "Benchmarks/Sources",
            swiftSettings: safe),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
        .testTarget(name: "RecordsTests", dependencies: ["Records", "Kernels", "TestSupport"]),
        .testTarget(name: "SystemIOTests", dependencies: ["SystemIO", "TestSupport"]),
        .testTarget(
            name: "ReceiversTests", dependencies: ["Receivers", "Records", "SystemIO", "TestSupport", nioCore, nioPosix]),
        .testTarget(
            name: "ParsingTests", dependencies: ["ConfigurationFiles", "Parsing", "Records", "Kernels", "FuzzSupport", "TestSupport"]),
        .testTarget(name: "SamplingTests", dependencies: ["Sampling", "Records", "TestSupport"]),
        .testTarget(name: "StitchingTests", dependencies: ["Stitching", "Records", "Kernels"]),
        .testTarget(
            name: "WriteAheadLogTests", dependencies: ["WriteAheadLog", "Records", "SystemIO", "TestSupport"]),
        .testTarget(name: "ParquetTests", dependencies: ["Parquet", "Kernels", "TestSupport"]),
        .testTarget(
            name: "CatalogTests", dependencies: ["Catalog", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")]),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "Storage", "Catalog", "Kernels", "Parquet", "Parsing", "Records", "SystemIO", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ], exclude: ["Fixtures"]),
        .testTarget(
            name: "BackupTests",
            dependencies: [
                "Backup", "Catalog", "HTTPAPI", "Parsing", "Records", "Storage", "SystemIO", "TestSupport",
                .target(name: "S3", condition: .when(traits: ["S3"])),
            ]),
        .testTarget(name: "S3Tests", dependencies: ["S3", "TestSupport"]),
        .testTarget(
            name: "CollectorTests",
            dependencies: [
                "Collector", "Parsing", "Receivers", "Sampling", "Storage", "Records", "SystemIO", "FuzzSupport", "TestSupport",
                logging,
            ]),
        .testTarget(name: "LogsQLTests", dependencies: ["LogsQL", "TestSupport"]),
        .testTarget(
            name: "QueryEngineTests",
            dependencies: ["QueryEngine", "LogsQL", "Records", "Storage", "Kernels", "TestSupport"]),
        .testTarget(name: "TracesTests", dependencies: ["Traces", "Records", "TestSupport"], exclude: ["Golden"]),
        .testTarget(name: "ShippingTests", dependencies: ["Shipping", "SystemIO", nioCore, nioPosix]),
        .testTarget(name: "EndToEndTests",
            dependencies: ["lockstitch", "Collector", "HTTPAPI", "LogsQL", "Parquet", "TestSupport", logging, nioCore, nioHTTP1]),
    ],
    swiftLanguageModes: [.v6]
)
