using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansRegistry.Registry;

/// <summary>The registry API below <c>/v2/</c>. Source: OCI distribution-spec 1.1.</summary>
public static class RegistryApi
{
    public static IServiceCollection AddRegistryApi(this IServiceCollection services)
    {
        services.AddExceptionHandler<OciErrors>();
        services.AddSingleton<ServedContent>();
        return services;
    }

    /// <summary>What must see a request before it is routed.</summary>
    public static void UseRegistryApi(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            // A refusal is an answer; only faults are for the log.
            SuppressDiagnosticsCallback = handled => handled.Exception is ProblemException or BadHttpRequestException,
        });
        app.Use(static (context, next) =>
        {
            context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
            return next(context);
        });
        app.UseNestedNames();
    }

    public static void MapRegistryApi(this IEndpointRouteBuilder endpoints)
    {
        var v2 = endpoints.MapGroup("/v2");
        v2.MapGet("/", () => TypedResults.Json(new { }));
        v2.MapCatalog();
        v2.MapTags();
        v2.MapManifests();
        v2.MapBlobs();
        v2.MapUploads();
        v2.MapReferrers();
    }
}
