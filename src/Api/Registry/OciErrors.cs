using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Registry;

/// <summary>
/// Words refusals and faults for registry clients: <c>{"errors":[{"code","message","detail"}]}</c>.
/// Source: OCI distribution-spec, "Error Codes".
/// </summary>
internal sealed class OciErrors : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        var (status, code, message, subject) = exception is ProblemException { Problem: var problem }
            ? Of(problem)
            : Of(Fault.Of(exception));
        context.Response.StatusCode = status;
        if (status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            context.Response.Headers.RetryAfter = "1";
        await WriteAsync(context.Response, code, message, subject, cancellationToken);
        return true;
    }

    public static Task WriteAsync(
        HttpResponse response, string code, string message, string? detail, CancellationToken cancellationToken) =>
        response.WriteAsJsonAsync(
            new Body([new Error(code, message, detail)]),
            ApiJson.Default.Body,
            "application/json",
            cancellationToken);

    private static (int, string, string, string?) Of(Problem problem)
    {
        var (status, code) = Words(problem.Kind);
        return (status, code, problem.Message, problem.Subject);
    }

    private static (int, string, string, string?) Of(Fault fault) =>
        (fault.Status, fault.Status == StatusCodes.Status503ServiceUnavailable ? "UNAVAILABLE" : "UNKNOWN", fault.Message, null);

    private static (int Status, string Code) Words(ProblemKind kind) => kind switch
    {
        ProblemKind.NameInvalid => (400, "NAME_INVALID"),
        ProblemKind.NameUnknown => (404, "NAME_UNKNOWN"),
        ProblemKind.ReferenceInvalid => (400, "MANIFEST_INVALID"),
        ProblemKind.DigestInvalid => (400, "DIGEST_INVALID"),
        ProblemKind.DigestMismatch => (400, "DIGEST_INVALID"),
        ProblemKind.ManifestInvalid => (400, "MANIFEST_INVALID"),
        ProblemKind.ManifestTooLarge => (413, "SIZE_INVALID"),
        ProblemKind.ManifestUnknown => (404, "MANIFEST_UNKNOWN"),
        ProblemKind.ManifestBlobUnknown => (400, "MANIFEST_BLOB_UNKNOWN"),
        ProblemKind.BlobUnknown => (404, "BLOB_UNKNOWN"),
        ProblemKind.UploadUnknown => (404, "BLOB_UPLOAD_UNKNOWN"),
        ProblemKind.UploadInvalid => (400, "BLOB_UPLOAD_INVALID"),
        ProblemKind.UploadBusy => (409, "BLOB_UPLOAD_INVALID"),
        ProblemKind.RangeInvalid => (416, "BLOB_UPLOAD_INVALID"),
        ProblemKind.Pinned => (405, "UNSUPPORTED"),
        ProblemKind.PageInvalid => (400, "PAGINATION_NUMBER_INVALID"),
        ProblemKind.TooManyRequests => (429, "TOOMANYREQUESTS"),
    };

    internal sealed record Body(IReadOnlyList<Error> Errors);

    internal sealed record Error(string Code, string Message, string? Detail);
}
