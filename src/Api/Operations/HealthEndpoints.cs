using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansRegistry.Access;

namespace OrleansRegistry.Operations;

/// <summary>
/// <c>GET /health/live</c> and <c>GET /health/ready</c>: 200, or 503 with a sentence for each thing that is amiss. No login.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>The tag of checks of which a failure wants the node started anew.</summary>
    public const string Live = "live";

    /// <summary>The tag of checks of which a failure wants requests sent elsewhere.</summary>
    public const string Ready = "ready";

    /// <summary>What has not answered by then is not there: balancers wait no longer themselves.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    // Whoever asks more often, and anybody may, gets the same answer again.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, Live);
        Map(endpoints, Ready);
    }

    private static void Map(IEndpointRouteBuilder endpoints, string tag)
    {
        var health = endpoints.ServiceProvider.GetRequiredService<HealthCheckService>();
        var answer = new RecentAnswer<HealthReport>(
            () => health.CheckHealthAsync(check => check.Tags.Contains(tag), CancellationToken.None), Fresh);
        endpoints.MapMethods($"/health/{tag}", ["GET", "HEAD"], async (HttpContext context) =>
        {
            var report = await answer.GetAsync();
            context.Response.Headers.CacheControl = "no-store";
            return Results.Text(
                string.Concat(report.Entries.Select(entry => $"{entry.Key}: {Sentence(entry.Value)}\n")),
                statusCode: report.Status is HealthStatus.Healthy
                    ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        }).Require(new Requirement.Nothing());
    }

    private static string Sentence(HealthReportEntry entry) =>
        entry.Status is HealthStatus.Healthy || entry.Exception is null or not OperationCanceledException
            ? entry.Description ?? entry.Status.ToString()
            : $"No answer within {Longest.TotalSeconds:0} seconds.";
}
