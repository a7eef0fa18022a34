using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Management;

/// <summary>201 with the new resource, and where it is.</summary>
internal static class Created
{
    public static IResult At(string href, JsonObject resource, HttpContext context)
    {
        context.Response.Headers.Location = href;
        return PulpJson.Answer(resource, StatusCodes.Status201Created);
    }
}
