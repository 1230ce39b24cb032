package io.pharos.wire;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Modelled errors whose wire names or statuses differ from the name of the SDK's class and 400.
///
/// One line per error: the SDK's class, the shape, Query's code, the modelled status. JSON answers
/// every client fault with 400. A test holds the codes against the SDK's own client.
final class ModelledErrors {
    private static final Map<String, ErrorShape> CLOUDWATCH =
            table(
                    """
                    ConcurrentModificationException ConcurrentModificationException ConcurrentModificationException 429
                    ConflictException ConflictException ConflictException 409
                    DashboardInvalidInputErrorException DashboardInvalidInputError InvalidParameterInput 400
                    DashboardNotFoundErrorException DashboardNotFoundError ResourceNotFound 404
                    InternalServiceException InternalServiceFault InternalServiceError 500
                    InvalidFormatException InvalidFormatFault InvalidFormat 400
                    InvalidNextTokenException InvalidNextToken InvalidNextToken 400
                    InvalidParameterCombinationException InvalidParameterCombinationException InvalidParameterCombination 400
                    InvalidParameterValueException InvalidParameterValueException InvalidParameterValue 400
                    LimitExceededException LimitExceededFault LimitExceeded 400
                    MissingRequiredParameterException MissingRequiredParameterException MissingParameter 400
                    ResourceNotFoundException ResourceNotFoundException ResourceNotFoundException 404
                    """);
    private static final Map<String, ErrorShape> SNS =
            table(
                    """
                    AuthorizationErrorException AuthorizationErrorException AuthorizationError 403
                    BatchEntryIdsNotDistinctException BatchEntryIdsNotDistinctException BatchEntryIdsNotDistinct 400
                    BatchRequestTooLongException BatchRequestTooLongException BatchRequestTooLong 400
                    ConcurrentAccessException ConcurrentAccessException ConcurrentAccess 400
                    EmptyBatchRequestException EmptyBatchRequestException EmptyBatchRequest 400
                    EndpointDisabledException EndpointDisabledException EndpointDisabled 400
                    FilterPolicyLimitExceededException FilterPolicyLimitExceededException FilterPolicyLimitExceeded 403
                    InternalErrorException InternalErrorException InternalError 500
                    InvalidBatchEntryIdException InvalidBatchEntryIdException InvalidBatchEntryId 400
                    InvalidParameterException InvalidParameterException InvalidParameter 400
                    InvalidParameterValueException InvalidParameterValueException ParameterValueInvalid 400
                    InvalidSecurityException InvalidSecurityException InvalidSecurity 403
                    InvalidStateException InvalidStateException InvalidState 400
                    KmsAccessDeniedException KMSAccessDeniedException KMSAccessDenied 400
                    KmsDisabledException KMSDisabledException KMSDisabled 400
                    KmsInvalidStateException KMSInvalidStateException KMSInvalidState 400
                    KmsNotFoundException KMSNotFoundException KMSNotFound 400
                    KmsOptInRequiredException KMSOptInRequired KMSOptInRequired 403
                    KmsThrottlingException KMSThrottlingException KMSThrottling 400
                    NotFoundException NotFoundException NotFound 404
                    OptedOutException OptedOutException OptedOut 400
                    PlatformApplicationDisabledException PlatformApplicationDisabledException PlatformApplicationDisabled 400
                    ReplayLimitExceededException ReplayLimitExceededException ReplayLimitExceeded 403
                    ResourceNotFoundException ResourceNotFoundException ResourceNotFound 404
                    StaleTagException StaleTagException StaleTag 400
                    SubscriptionLimitExceededException SubscriptionLimitExceededException SubscriptionLimitExceeded 403
                    TagLimitExceededException TagLimitExceededException TagLimitExceeded 400
                    TagPolicyException TagPolicyException TagPolicy 400
                    ThrottledException ThrottledException Throttled 429
                    TooManyEntriesInBatchRequestException TooManyEntriesInBatchRequestException TooManyEntriesInBatchRequest 400
                    TopicLimitExceededException TopicLimitExceededException TopicLimitExceeded 403
                    UserErrorException UserErrorException UserError 400
                    """);
    private static final Map<String, ErrorShape> STS =
            table(
                    """
                    IdpCommunicationErrorException IDPCommunicationErrorException IDPCommunicationError 400
                    IdpRejectedClaimException IDPRejectedClaimException IDPRejectedClaim 403
                    InvalidIdentityTokenException InvalidIdentityTokenException InvalidIdentityToken 400
                    JwtPayloadSizeExceededException JWTPayloadSizeExceededException JWTPayloadSizeExceededException 400
                    MalformedPolicyDocumentException MalformedPolicyDocumentException MalformedPolicyDocument 400
                    OutboundWebIdentityFederationDisabledException OutboundWebIdentityFederationDisabledException OutboundWebIdentityFederationDisabledException 403
                    PackedPolicyTooLargeException PackedPolicyTooLargeException PackedPolicyTooLarge 400
                    RegionDisabledException RegionDisabledException RegionDisabledException 403
                    SessionDurationEscalationException SessionDurationEscalationException SessionDurationEscalationException 403
                    """);
    private static final Map<String, ErrorShape> IAM =
            table(
                    """
                    AccountNotManagementOrDelegatedAdministratorException AccountNotManagementOrDelegatedAdministratorException AccountNotManagementOrDelegatedAdministratorException 400
                    CallerIsNotManagementAccountException CallerIsNotManagementAccountException CallerIsNotManagementAccountException 400
                    ConcurrentModificationException ConcurrentModificationException ConcurrentModification 409
                    CredentialReportExpiredException CredentialReportExpiredException ReportExpired 410
                    CredentialReportNotPresentException CredentialReportNotPresentException ReportNotPresent 410
                    CredentialReportNotReadyException CredentialReportNotReadyException ReportInProgress 404
                    DeleteConflictException DeleteConflictException DeleteConflict 409
                    DuplicateCertificateException DuplicateCertificateException DuplicateCertificate 409
                    DuplicateSshPublicKeyException DuplicateSshPublicKeyException DuplicateSSHPublicKey 400
                    EntityAlreadyExistsException EntityAlreadyExistsException EntityAlreadyExists 409
                    EntityTemporarilyUnmodifiableException EntityTemporarilyUnmodifiableException EntityTemporarilyUnmodifiable 409
                    FeatureDisabledException FeatureDisabledException FeatureDisabled 404
                    FeatureEnabledException FeatureEnabledException FeatureEnabled 409
                    InvalidAuthenticationCodeException InvalidAuthenticationCodeException InvalidAuthenticationCode 403
                    InvalidCertificateException InvalidCertificateException InvalidCertificate 400
                    InvalidInputException InvalidInputException InvalidInput 400
                    InvalidPublicKeyException InvalidPublicKeyException InvalidPublicKey 400
                    InvalidUserTypeException InvalidUserTypeException InvalidUserType 400
                    KeyPairMismatchException KeyPairMismatchException KeyPairMismatch 400
                    LimitExceededException LimitExceededException LimitExceeded 409
                    MalformedCertificateException MalformedCertificateException MalformedCertificate 400
                    MalformedPolicyDocumentException MalformedPolicyDocumentException MalformedPolicyDocument 400
                    NoSuchEntityException NoSuchEntityException NoSuchEntity 404
                    OpenIdIdpCommunicationErrorException OpenIdIdpCommunicationErrorException OpenIdIdpCommunicationError 400
                    OrganizationNotFoundException OrganizationNotFoundException OrganizationNotFoundException 400
                    OrganizationNotInAllFeaturesModeException OrganizationNotInAllFeaturesModeException OrganizationNotInAllFeaturesModeException 400
                    PasswordPolicyViolationException PasswordPolicyViolationException PasswordPolicyViolation 400
                    PolicyEvaluationException PolicyEvaluationException PolicyEvaluation 500
                    PolicyNotAttachableException PolicyNotAttachableException PolicyNotAttachable 400
                    ReportGenerationLimitExceededException ReportGenerationLimitExceededException ReportGenerationLimitExceeded 409
                    ServiceAccessNotEnabledException ServiceAccessNotEnabledException ServiceAccessNotEnabledException 400
                    ServiceFailureException ServiceFailureException ServiceFailure 500
                    ServiceNotSupportedException ServiceNotSupportedException NotSupportedService 404
                    UnmodifiableEntityException UnmodifiableEntityException UnmodifiableEntity 400
                    UnrecognizedPublicKeyEncodingException UnrecognizedPublicKeyEncodingException UnrecognizedPublicKeyEncoding 400
                    """);
    private static final Map<String, ErrorShape> CLOUDTRAIL =
            table(
                    """
                    ChannelArnInvalidException ChannelARNInvalidException ChannelARNInvalid 400
                    ChannelExistsForEdsException ChannelExistsForEDSException ChannelExistsForEDS 400
                    CloudTrailArnInvalidException CloudTrailARNInvalidException CloudTrailARNInvalid 400
                    EventDataStoreArnInvalidException EventDataStoreARNInvalidException EventDataStoreARNInvalid 400
                    InsufficientIamAccessPermissionException InsufficientIAMAccessPermissionException InsufficientIAMAccessPermission 400
                    NoManagementAccountSlrExistsException NoManagementAccountSLRExistsException NoManagementAccountSLRExists 400
                    ResourceArnNotValidException ResourceARNNotValidException ResourceARNNotValid 400
                    """);
    private static final Map<String, ErrorShape> KINESIS =
            table(
                    """
                    KmsAccessDeniedException KMSAccessDeniedException KMSAccessDeniedException 400
                    KmsDisabledException KMSDisabledException KMSDisabledException 400
                    KmsInvalidStateException KMSInvalidStateException KMSInvalidStateException 400
                    KmsNotFoundException KMSNotFoundException KMSNotFoundException 400
                    KmsOptInRequiredException KMSOptInRequired KMSOptInRequired 400
                    KmsThrottlingException KMSThrottlingException KMSThrottlingException 400
                    """);

    private static final Map<String, ErrorShape> AUTOSCALING =
            table(
                    """
                    ActiveInstanceRefreshNotFoundException ActiveInstanceRefreshNotFoundFault ActiveInstanceRefreshNotFound 400
                    AlreadyExistsException AlreadyExistsFault AlreadyExists 400
                    IdempotentParameterMismatchErrorException IdempotentParameterMismatchError IdempotentParameterMismatch 400
                    InstanceRefreshInProgressException InstanceRefreshInProgressFault InstanceRefreshInProgress 400
                    InvalidNextTokenException InvalidNextToken InvalidNextToken 400
                    IrreversibleInstanceRefreshException IrreversibleInstanceRefreshFault IrreversibleInstanceRefresh 400
                    LimitExceededException LimitExceededFault LimitExceeded 400
                    ResourceContentionException ResourceContentionFault ResourceContention 500
                    ResourceInUseException ResourceInUseFault ResourceInUse 400
                    ScalingActivityInProgressException ScalingActivityInProgressFault ScalingActivityInProgress 400
                    ServiceLinkedRoleFailureException ServiceLinkedRoleFailure ServiceLinkedRoleFailure 500
                    """);

    private ModelledErrors() {}

    /// @param exception the simple name of the SDK's class
    static @Nullable ErrorShape find(AwsService service, String exception) {
        var errors =
                switch (service) {
                    case CLOUDWATCH -> CLOUDWATCH;
                    case SNS -> SNS;
                    case STS -> STS;
                    case IAM -> IAM;
                    case CLOUDTRAIL -> CLOUDTRAIL;
                    case KINESIS -> KINESIS;
                    case AUTOSCALING -> AUTOSCALING;
                    case LOGS, EVENTS -> Map.<String, ErrorShape>of();
                };
        return errors.get(exception);
    }

    private static Map<String, ErrorShape> table(String lines) {
        return Stream.of(lines.strip().split("\n"))
                .map(line -> line.split(" "))
                .collect(Collectors.toUnmodifiableMap(words -> words[0], ModelledErrors::error));
    }

    private static ErrorShape error(String[] words) {
        var status = Integer.parseInt(words[3]);
        return new ErrorShape(words[1], words[2], status, status < 500 ? 400 : status);
    }
}
