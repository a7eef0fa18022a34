using Microsoft.AspNetCore.Http;
using OrleansRegistry.Hosting;

namespace OrleansRegistry.Registry;

/// <summary>
/// A refusal or a fault in the words of registry clients: <c>{"errors":[{"code","message","detail"}]}</c>.
/// Source: OCI distribution-spec, "Error Codes".
/// </summary>
internal sealed record OciError(int Status, string Code, string Message, string? Detail = null)
{
    public static OciError Of(Exception exception)
    {
        if (exception is ProblemException { Problem: var problem })
        {
            var (status, code) = Words(problem.Kind);
            return new(status, code, problem.Message, problem.Subject);
        }

        var fault = Fault.Of(exception);
        return new(fault.Status, fault.IsOutage ? "UNAVAILABLE" : "UNKNOWN", fault.Message);
    }

    public Task WriteAsync(HttpResponse response)
    {
        response.StatusCode = Status;
        response.ContentLength = null;
        if (Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
            response.Headers.RetryAfter = "1";
        return HttpMethods.IsHead(response.HttpContext.Request.Method)
            ? Task.CompletedTask
            : response.WriteAsJsonAsync(
                new Body([new ErrorEntry(Code, Message, Detail)]), ApiJson.Readable.Body, "application/json");
    }

    private static (int Status, string Code) Words(ProblemKind kind) => kind switch
    {
        ProblemKind.FieldInvalid => (400, "UNSUPPORTED"),
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
        ProblemKind.SignatureInvalid => (400, "SIGNATURE_INVALID"),
        ProblemKind.SignatureLimit => (409, "SIGNATURE_LIMIT"),
        ProblemKind.TooManyRequests => (429, "TOOMANYREQUESTS"),
        ProblemKind.NameTaken or ProblemKind.BasePathTaken => (400, "NAME_INVALID"),
        ProblemKind.Unauthorized => (401, "UNAUTHORIZED"),
        ProblemKind.Denied => (403, "DENIED"),
        ProblemKind.Listed => (409, "DENIED"),
        ProblemKind.LastAdministrator or ProblemKind.RoleTaken or ProblemKind.Outdated
            or ProblemKind.Superseded or ProblemKind.Conflict => (409, "UNSUPPORTED"),
        ProblemKind.UpstreamFailed => (502, "UNAVAILABLE"),
    };

    internal sealed record Body(IReadOnlyList<ErrorEntry> Errors);

    internal sealed record ErrorEntry(string Code, string Message, string? Detail);
}
