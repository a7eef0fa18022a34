using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Collection;

namespace OrleansRegistry.Operations;

/// <summary><c>/operations/collection</c>: starts a garbage collection, shows how far it is, ends it.</summary>
public static class CollectionEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder endpoints)
    {
        var collection = endpoints.MapGroup("/operations/collection").Require(new Requirement.OfRole(Role.Admin));
        collection.MapPost("/", async (TimeSpan? gracePeriod, IGrainFactory grains) =>
            gracePeriod < TimeSpan.Zero
                ? Results.Json(
                    new { detail = "gracePeriod is a time that is not negative, such as 01:00:00." },
                    statusCode: StatusCodes.Status400BadRequest)
                : Answer(await grains.Collector().StartAsync(gracePeriod), StatusCodes.Status202Accepted));
        collection.MapGet("/", async (IGrainFactory grains) =>
            Answer(await grains.Collector().GetProgressAsync(), StatusCodes.Status200OK));
        collection.MapDelete("/", async (IGrainFactory grains) =>
        {
            await grains.Collector().CancelAsync();
            return Results.NoContent();
        });
    }

    /// <summary>For an endpoint of somebody else's: open to whoever may read the management REST.</summary>
    public static void ForReaders(this IEndpointConventionBuilder endpoint) =>
        endpoint.Require(new Requirement.OfRole(Role.Reader));

    private static IResult Answer(CollectionProgress progress, int status) =>
        Results.Json(progress, OperationsJson.Default.CollectionProgress, "application/json", status);
}

/// <summary>The JSON of the operations API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(CollectionProgress))]
internal sealed partial class OperationsJson : JsonSerializerContext;
