using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansRegistry.Registry;

/// <summary>
/// Answers what endpoints throw, and what no endpoint takes, in the words of registry clients. The framework's own
/// handler is not used: it drops headers that were set before, and a 416 must say where an upload stands.
/// </summary>
internal sealed partial class RegistryErrors(RequestDelegate next, ILogger<RegistryErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
        response.Headers["X-Registry-Supports-Signatures"] = "1";
        try
        {
            await next(context);
            if (!response.HasStarted && Unanswered(response.StatusCode) is { } error)
                await error.WriteAsync(response);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception exception)
        {
            var error = OciError.Of(exception);
            if (error.Status >= 500)
                LogFault(context.Request.Method, context.Request.Path, exception);
            if (response.HasStarted)
                context.Abort(); // half an answer must not look like a whole one
            else
                await error.WriteAsync(response);
        }
    }

    private static OciError? Unanswered(int status) => status switch
    {
        StatusCodes.Status404NotFound => new(status, "UNSUPPORTED", "This registry has no such path."),
        StatusCodes.Status405MethodNotAllowed => new(status, "UNSUPPORTED", "This path does not take that method."),
        StatusCodes.Status412PreconditionFailed => new(status, "UNSUPPORTED", "'If-Match' names other bytes than these."),
        StatusCodes.Status416RangeNotSatisfiable => new(status, "SIZE_INVALID", "The blob has no such range of bytes."),
        StatusCodes.Status415UnsupportedMediaType => new(status, "UNSUPPORTED", "This path does not take that media type."),
        _ => null,
    };

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFault(string method, string path, Exception exception);
}
