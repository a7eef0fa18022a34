using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansRegistry.Management;

/// <summary>
/// Answers what management endpoints throw, and what no endpoint takes; and gives every answer the correlation id of
/// its request, or one of its own: a client that sent an id breaks off when another one comes back.
/// </summary>
internal sealed partial class PulpErrors(RequestDelegate next, ILogger<PulpErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers[Correlation.Header] = Correlation.Of(context);
        try
        {
            await next(context);
            if (!response.HasStarted && Unanswered(context) is { } error)
                await AnswerAsync(error, context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to answer.
        }
        catch (Exception exception) when (!response.HasStarted)
        {
            var error = PulpError.Of(exception);
            if (error.Status >= 500)
                LogFault(context.Request.Method, context.Request.Path, exception);
            await AnswerAsync(error, context);
        }
    }

    private static Task AnswerAsync(PulpError error, HttpContext context) =>
        PulpJson.Answer(error.Body, error.Status).ExecuteAsync(context);

    private static PulpError? Unanswered(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => PulpError.NotFound,
        StatusCodes.Status405MethodNotAllowed => PulpError.Detail(
            StatusCodes.Status405MethodNotAllowed, $"Method \"{context.Request.Method}\" not allowed."),
        StatusCodes.Status415UnsupportedMediaType => PulpError.Detail(
            StatusCodes.Status415UnsupportedMediaType,
            $"Unsupported media type \"{context.Request.ContentType}\" in request."),
        _ => null,
    };

    [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
    private partial void LogFault(string method, string path, Exception exception);
}
