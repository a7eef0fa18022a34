using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Journal;

namespace OrleansRegistry.Registry;

/// <summary>The registry API below <c>/v2/</c>. Source: OCI distribution-spec 1.1.</summary>
public static class RegistryApi
{
    public static IServiceCollection AddRegistryApi(this IServiceCollection services)
    {
        services.AddSingleton<ServedContent>();
        services.AddSingleton<VisibleContent>();
        services.AddSingleton<ServedBlobs>();
        services.AddSingleton<PulledContent>();
        services.AddSingleton<TrustGuard>();
        services.AddSingleton<PullJournal>();
        services.AddSingleton<IPullJournal>(provider => provider.GetRequiredService<PullJournal>());
        services.AddHostedService(provider => provider.GetRequiredService<PullJournal>());
        return services;
    }

    /// <summary>What must see a request before it is routed.</summary>
    public static void UseRegistryApi(this IApplicationBuilder app)
    {
        app.UseMiddleware<RegistryErrors>();
        app.UseNestedNames();
    }

    /// <summary>The registry extension for signatures, and the same signatures as lookaside storage.</summary>
    public static void MapSignatureApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGroup("/extensions/v2").MapSignatures();
        endpoints.MapLookaside();
    }

    public static void MapRegistryApi(this IEndpointRouteBuilder endpoints)
    {
        var v2 = endpoints.MapGroup("/v2");
        v2.MapMethods("/", ["GET", "HEAD"], () => TypedResults.Json(new { })).Require(new Requirement.OfRegistry());
        v2.MapCatalog();
        v2.MapTags();
        v2.MapManifests();
        v2.MapBlobs();
        v2.MapUploads();
        v2.MapReferrers();
    }
}
