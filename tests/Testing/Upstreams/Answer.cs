using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansRegistry.Testing;

/// <summary>What a <see cref="ScriptedUpstream"/> answers.</summary>
public static class Answer
{
    /// <summary>A status without a body.</summary>
    public static RequestDelegate Status(int status, params (string Name, string Value)[] headers) => context =>
    {
        context.Response.StatusCode = status;
        Add(context, headers);
        return Task.CompletedTask;
    };

    public static RequestDelegate Bytes(byte[] bytes, string type, params (string Name, string Value)[] headers) => context =>
    {
        Add(context, headers);
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(bytes).AsTask();
    };

    public static RequestDelegate Json(string json, params (string Name, string Value)[] headers) =>
        Bytes(Encoding.UTF8.GetBytes(json), "application/json", headers);

    public static RequestDelegate Html { get; } = Bytes("<html>Welcome</html>"u8.ToArray(), "text/html; charset=utf-8");

    public static RequestDelegate Redirect(string url, int status = 307) => Status(status, ("Location", url));

    /// <summary>A body that breaks off after those bytes, where so many were promised.</summary>
    public static RequestDelegate Broken(byte[] bytes, long promised, string type = "application/octet-stream") => async context =>
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = promised;
        await context.Response.Body.WriteAsync(bytes);
        await context.Response.Body.FlushAsync(); // fewer than promised: the server closes the connection
    };

    /// <summary>That answer to whoever shows this, and to others a challenge.</summary>
    public static RequestDelegate To(string authorization, string challenge, RequestDelegate answer) => context =>
        context.Request.Headers.Authorization == authorization
            ? answer(context)
            : Status(401, ("WWW-Authenticate", challenge))(context);

    private static void Add(HttpContext context, (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
    }
}
