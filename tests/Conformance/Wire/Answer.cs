using System.Text.Json.Nodes;

namespace OrleansRegistry.Conformance;

/// <summary>What tests say of an answer.</summary>
internal static class Answer
{
    /// <summary>The answer, once it has that status and, where one is named, that error code.</summary>
    public static async Task<HttpResponseMessage> Answers(
        this Task<HttpResponseMessage> call, int status, string? code = null)
    {
        var response = await call;
        var body = await response.Content.ReadAsByteArrayAsync();
        var request = response.RequestMessage!;
        Assert.True(
            status == (int)response.StatusCode,
            $"{request.Method} {request.RequestUri}: {(int)response.StatusCode} and not {status}\n"
            + System.Text.Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, 2000))));
        if (code is not null)
            Assert.Equal(code, (await response.ErrorAsync())["code"]!.GetValue<string>());
        else if (status >= 400 && request.Method != HttpMethod.Head)
            await response.ErrorAsync();
        return response;
    }

    /// <summary>The first error of a body in the specification's form.</summary>
    public static async Task<JsonNode> ErrorAsync(this HttpResponseMessage response)
    {
        var error = (await response.JsonAsync())["errors"]!.AsArray()[0]!;
        Assert.NotEmpty(error["code"]!.GetValue<string>());
        Assert.NotEmpty(error["message"]!.GetValue<string>());
        return error;
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsByteArrayAsync())!;

    public static async Task<byte[]> BytesAsync(this Task<HttpResponseMessage> call) =>
        await (await call).Content.ReadAsByteArrayAsync();

    /// <summary>A header, wherever the framework sorts it; null where it is absent.</summary>
    public static string? Header(this HttpResponseMessage response, string name) =>
        response.Headers.NonValidated.TryGetValues(name, out var values)
        || response.Content.Headers.NonValidated.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : null;
}
