using System.Reflection;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OrleansRegistry.Operations;

namespace OrleansRegistry.Hosting;

/// <summary>
/// What the node measures: <c>GET /metrics</c> in the format of Prometheus, and OTLP where the usual variables
/// (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and the like) name a receiver.
/// </summary>
internal static class Metrics
{
    private const string VariablesOf = "OTEL_";

    // Ours, and what the frameworks count of requests, connections, grains and the database's pool.
    private static readonly string[] Meters =
    [
        Measures.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans",
        "Npgsql", "System.Runtime",
    ];

    public static void AddMetrics(this WebApplicationBuilder builder)
    {
        // The settings of OpenTelemetry keep their usual names, and come from nowhere else.
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith(VariablesOf, StringComparison.Ordinal))
            .ToDictionary(name => name, Environment.GetEnvironmentVariable);
        builder.Configuration.AddInMemoryCollection(variables);

        builder.Services.AddHostedService<TaskGauge>();
        var version = typeof(Metrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("orleans-registry", serviceVersion: version))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(Meters).AddPrometheusExporter();
                if (variables.Keys.Any(name => name.StartsWith("OTEL_EXPORTER_OTLP", StringComparison.Ordinal)))
                    metrics.AddOtlpExporter();
            });
    }

    public static void MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint("/metrics").ForReaders();
}
