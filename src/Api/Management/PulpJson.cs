using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Hosting;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary>The JSON of the management REST. Sent as <c>application/json</c> to the letter: clients compare.</summary>
internal static class PulpJson
{
    private const string MediaType = "application/json";

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 64,
    };

    public static IResult Answer(JsonNode? body, int status = StatusCodes.Status200OK) => new Json(body, status);

    /// <summary>202 with the task to follow.</summary>
    public static IResult Accepted(Guid task) => Answer(
        new JsonObject { ["task"] = Address.Href(ResourceKind.Task, task) }, StatusCodes.Status202Accepted);

    /// <summary>202 with the group of tasks to follow.</summary>
    public static IResult AcceptedGroup(Guid group) => Answer(
        new JsonObject { ["task_group"] = Address.Href(ResourceKind.TaskGroup, group) }, StatusCodes.Status202Accepted);

    /// <summary>The JSON in one line, as text.</summary>
    public static string Line(JsonObject json) => json.ToJsonString(Readable);

    /// <summary>UTC, to the microsecond.</summary>
    public static JsonNode? Time(DateTimeOffset? time) => UtcTime.Write(time);

    public static JsonObject Labels(Labels labels) =>
        new(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    private sealed class Json(JsonNode? body, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
                response.Headers.RetryAfter = "1";
            if (body is null)
                return Task.CompletedTask;
            var bytes = JsonSerializer.SerializeToUtf8Bytes(body, Readable);
            response.ContentType = MediaType;
            response.ContentLength = bytes.Length;
            return HttpMethods.IsHead(httpContext.Request.Method)
                ? Task.CompletedTask
                : response.BodyWriter.SendAsync(bytes, httpContext.RequestAborted);
        }
    }
}
